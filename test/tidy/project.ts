import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import ts from 'typescript';

/** A text file of the project; `path` is relative to its root, with forward slashes. */
export type TextFile = Readonly<{ path: string; text: string }>;

/** One import in a file, and the project's file it leads to; none when it is a package. */
export type Use = Readonly<{ specifier: string; line: number; target?: string }>;

/** A parsed source file: every rule reads the same tree, so each file is parsed once. */
export type CodeFile = TextFile & Readonly<{ tree: ts.SourceFile; uses: readonly Use[] }>;

export type Project = Readonly<{
  files: readonly TextFile[];
  code: readonly CodeFile[];
  paths: ReadonlySet<string>;
}>;

/** What is wrong, where, and what to do about it. */
export type Problem = Readonly<{ path: string; line: number; advice: string }>;

export type Rule = (project: Project) => readonly Problem[];

const codeFolders = ['apps/', 'libs/', 'test/', 'tools/'];
const codeEndings = ['.ts', '.tsx', '.mts', '.mjs', '.js'];
const textEndings = [...codeEndings, '.json', '.md', '.txt', '.sql', '.sh', '.yml', '.yaml'];
const generated = new Set([
  '.git',
  'coverage',
  'data',
  'dist',
  'node_modules',
  'package-lock.json',
]);

/** A larger text is a data set, which nobody wrote by hand and nobody reads in a review. */
const largestBytes = 1_000_000;

/** Every hand-written text under a folder; files without an ending count, as scripts have none. */
export function readProject(root: string): Project {
  const files: TextFile[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (generated.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && isText(entry.name) && isSmall(join(root, path)))
        files.push({
          path: path.split(sep).join('/'),
          text: readFileSync(join(root, path), 'utf8'),
        });
    }
  };
  walk('');
  return project(files);
}

/** Parses the files that are code and resolves what they import. */
export function project(files: readonly TextFile[]): Project {
  const paths = new Set(files.map(({ path }) => path));
  const code = files.filter(({ path }) => isCode(path)).map((file) => parse(file, paths));
  return { files, code, paths };
}

/** Specs and everything under test/ may reach into any part; no rule of the product binds them. */
export function isTest(path: string): boolean {
  return path.startsWith('test/') || /\.spec\.tsx?$/.test(path);
}

export function within(path: string, folderOrFile: string): boolean {
  return path === folderOrFile || path.startsWith(`${folderOrFile}/`);
}

/** 1 for the first line, as editors count. */
export function lineAt(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}

export function problemAt(file: CodeFile, node: ts.Node, advice: string): Problem {
  return { path: file.path, line: lineAt(file.tree, node.getStart(file.tree)), advice };
}

/** Visits every node of a tree, parents before children. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}

/** The file that a specifier or a path in a string leads to, if the project has it. */
export function resolve(
  specifier: string,
  from: string,
  paths: ReadonlySet<string>,
): string | undefined {
  const path = placeOf(specifier, from);
  if (path === undefined) return undefined;
  const stem = path.replace(/\.js$/, '');
  return [path, `${stem}.ts`, `${stem}.tsx`].find((candidate) => paths.has(candidate));
}

function placeOf(specifier: string, from: string): string | undefined {
  if (/^\.{1,2}\//.test(specifier)) return posix.join(posix.dirname(from), specifier);
  const alias = /^#([\w-]+)\/(.+)$/.exec(specifier);
  if (alias === null) return undefined;
  const [, name, rest] = alias;
  return name === 'apps' || name === 'test' ? `${name}/${rest}` : `libs/${name}/${rest}`;
}

function parse(file: TextFile, paths: ReadonlySet<string>): CodeFile {
  const tree = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2023, true);
  const uses: Use[] = [];
  visit(tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return;
    const target = resolve(specifier.text, file.path, paths);
    const line = lineAt(tree, specifier.getStart(tree));
    uses.push({ specifier: specifier.text, line, ...(target === undefined ? {} : { target }) });
  });
  return { ...file, tree, uses };
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : ts.isCallExpression(node) && isLoad(node.expression)
          ? node.arguments[0]
          : undefined;
  return named !== undefined && ts.isStringLiteralLike(named) ? named : undefined;
}

function isLoad(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function isText(name: string): boolean {
  return textEndings.some((ending) => name.endsWith(ending)) || !name.includes('.', 1);
}

function isSmall(path: string): boolean {
  return statSync(path).size <= largestBytes;
}

function isCode(path: string): boolean {
  return (
    codeFolders.some((folder) => path.startsWith(folder)) &&
    codeEndings.some((ending) => path.endsWith(ending))
  );
}
