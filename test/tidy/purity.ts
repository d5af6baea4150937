import ts from 'typescript';
import {
  type CodeFile,
  type Problem,
  type Project,
  isTest,
  problemAt,
  visit,
  within,
} from './project.js';

const pureFolders = ['libs/domain', 'libs/law'];

/** Validation of what comes in is itself a pure function; every other package stays outside. */
const purePackages = new Set(['zod']);

/** What brings a clock, chance, a machine or the world in through a global name. */
const impureNames = new Set([
  'Date',
  'console',
  'crypto',
  'fetch',
  'global',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

/** Decisions and law are functions of their arguments: in ten years they answer the same. */
export function purity({ code }: Project): readonly Problem[] {
  return code
    .filter(({ path }) => pureFolders.some((folder) => within(path, folder)) && !isTest(path))
    .flatMap((file) => [...impurePackages(file), ...impureGlobals(file)]);
}

function impurePackages({ path, uses }: CodeFile): readonly Problem[] {
  return uses
    .filter(({ specifier }) => !/^(\.|#)/.test(specifier) && !purePackages.has(specifier))
    .map(({ specifier, line }) => ({
      path,
      line,
      advice: `${specifier} has no place in a pure part: pass what it gives as an argument`,
    }));
}

function impureGlobals(file: CodeFile): readonly Problem[] {
  const problems: Problem[] = [];
  const own = declaredNames(file.tree);
  visit(file.tree, (node) => {
    if (isMathRandom(node))
      problems.push(problemAt(file, node, 'Math.random is chance: take the number as an argument'));
    if (!ts.isIdentifier(node) || !impureNames.has(node.text) || own.has(node.text)) return;
    if (isOnlyAName(node)) return;
    problems.push(
      problemAt(file, node, `${node.text} is the world: take what it gives as an argument`),
    );
  });
  return problems;
}

function isMathRandom(node: ts.Node): boolean {
  return (
    ts.isPropertyAccessExpression(node) &&
    node.name.text === 'random' &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === 'Math'
  );
}

/** `award.process` or `{ process: … }` only happens to be spelled like the global. */
function isOnlyAName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  return 'name' in parent && parent.name === node;
}

function declaredNames(tree: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  visit(tree, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isTypeAliasDeclaration(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name))
      names.add(node.name.text);
  });
  return names;
}
