import ts from 'typescript';
import {
  type CodeFile,
  type Problem,
  type Project,
  isTest,
  lineAt,
  problemAt,
  visit,
} from './project.js';

/** `any` switches the type checker off for whoever calls, far from where it is written. */
export function noAny({ code }: Project): readonly Problem[] {
  return nodesThat(
    code,
    (node) => node.kind === ts.SyntaxKind.AnyKeyword,
    'any: say the type, or `unknown` and check it',
  );
}

/** A default export has as many names as importers; one word for one thing needs one name. */
export function noDefaultExport({ code, files }: Project): readonly Problem[] {
  const loadedByJest = files.find(({ path }) => path === 'jest.config.mjs')?.text ?? '';
  return nodesThat(
    code.filter(
      ({ path }) => !loadedByJest.includes(`<rootDir>/${path}`) && !/\.config\.m?[jt]s$/.test(path),
    ),
    (node) => ts.isExportAssignment(node) || hasModifier(node, ts.SyntaxKind.DefaultKeyword),
    'a default export: export it by its name',
  );
}

/** A barrel makes every part depend on every other, and hides which. */
export function noBarrels({ code }: Project): readonly Problem[] {
  const named = code
    .filter(({ path }) => /(^|\/)index\.[mc]?[jt]sx?$/.test(path))
    .map(({ path }) => ({ path, line: 1, advice: 'an index file: import from the file itself' }));
  const starred = nodesThat(
    code,
    (node) =>
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier !== undefined &&
      (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause)),
    'a re-export of everything: import from the file itself',
  );
  return [...named, ...starred];
}

const leftovers = /\b(TODO|FIXME|XXX|HACK)\b/;
const silencers = /@ts-(ignore|nocheck)\b/;

/** Nothing unfinished, and no error told to be quiet, stands in the product. */
export function noLeftovers({ code }: Project): readonly Problem[] {
  return code
    .filter(({ text }) => leftovers.test(text) || silencers.test(text))
    .flatMap((file) =>
      commentsOf(file).flatMap(({ line, text }) => {
        if (leftovers.test(text))
          return [{ path: file.path, line, advice: 'unfinished: finish it, or take it out' }];
        if (silencers.test(text))
          return [{ path: file.path, line, advice: 'a silenced error: mend the type' }];
        return [];
      }),
    );
}

const notRun =
  /^(x(it|test|describe)|f(it|describe)|(it|test|describe)\b.*\.(skip|only|todo|failing))\b/;

/** A test that does not run proves nothing; what a machine lacks is said through test/needs.ts. */
export function everyTestRuns({ code }: Project): readonly Problem[] {
  return code
    .filter(({ path }) => isTest(path) && path !== 'test/needs.ts')
    .flatMap((file) =>
      nodesThat(
        [file],
        (node) =>
          (isWholeCall(node) && notRun.test(calleeOf(node))) ||
          (isHandedOn(node) && notRun.test(node.getText())),
        'a test that is left out or runs alone: let all run, or take it out',
      ),
    );
}

const replacements = /^jest\.(mock|doMock|unstable_mockModule)$/;

/** A replaced module is a second implementation that nothing holds to the first one's contract. */
export function noReplacedModules({ code }: Project): readonly Problem[] {
  return nodesThat(
    code,
    (node) => ts.isCallExpression(node) && replacements.test(calleeOf(node)),
    'a mocked module: pass the real thing, or the one kept in memory',
  );
}

/** In `it.each(rows)('name', …)` the inner call is a part of the outer one. */
function isWholeCall(node: ts.Node): node is ts.CallExpression {
  return (
    ts.isCallExpression(node) &&
    !(ts.isCallExpression(node.parent) && node.parent.expression === node)
  );
}

/** `it.skip` that a condition chooses, or that is given a name, is called by another one. */
function isHandedOn(node: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(node)) return false;
  const { parent } = node;
  const called =
    ts.isPropertyAccessExpression(parent) || ts.isCallExpression(parent)
      ? parent.expression
      : ts.isTaggedTemplateExpression(parent) && parent.tag;
  return called !== node;
}

function calleeOf(call: ts.CallExpression): string {
  let { expression } = call;
  while (ts.isCallExpression(expression) || ts.isTaggedTemplateExpression(expression))
    expression = ts.isCallExpression(expression) ? expression.expression : expression.tag;
  return expression.getText();
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === kind)
  );
}

function nodesThat(
  code: readonly CodeFile[],
  is: (node: ts.Node) => boolean,
  advice: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const file of code)
    visit(file.tree, (node) => {
      if (is(node)) problems.push(problemAt(file, node, advice));
    });
  return problems;
}

/** The lines of all comments; strings that merely look like one are left out. */
function commentsOf({ tree, text }: CodeFile): readonly Readonly<{ line: number; text: string }>[] {
  const ranges = new Map<number, ts.CommentRange>();
  const see = (node: ts.Node): void => {
    const children = node.getChildren(tree).filter((child) => !ts.isJSDoc(child));
    if (children.length > 0) return children.forEach(see);
    const around = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.end) ?? []),
    ];
    for (const range of around) ranges.set(range.pos, range);
  };
  see(tree);
  return [...ranges.values()].flatMap(({ pos, end }) =>
    text
      .slice(pos, end)
      .split('\n')
      .map((line, index) => ({ line: lineAt(tree, pos) + index, text: line })),
  );
}
