import ts from 'typescript';
import { type Problem, type Project, problemAt, visit } from './project.js';

/**
 * Where amounts stand as JSON numbers, because a person or another program reads or writes them
 * there: whole fen, turned from or into `Fen` at the very edge and never calculated with.
 */
const jsonAmounts: readonly string[] = [
  'apps/cli/bench/set-based.ts',
  'apps/cli/demo/payment.ts',
  'apps/cli/demo/sheet.ts',
  'apps/cli/demo/simulated-bank.ts',
  'test/city-a/oracle.ts',
  'test/input/city-a.spec.ts',
];

/** Money is `Fen`, a branded bigint: a number loses fen silently above 2^53 and takes fractions. */
export function moneyIsFen({ code }: Project): readonly Problem[] {
  return code
    .filter(({ path }) => !jsonAmounts.includes(path))
    .flatMap((file) => {
      const problems: Problem[] = [];
      visit(file.tree, (node) => {
        if (!isNamedWithType(node) || !/(^f|F)en$/.test(node.name.getText(file.tree))) return;
        if (node.type !== undefined && saysNumber(node.type))
          problems.push(problemAt(file, node, 'fen as a number: make it Fen'));
      });
      return problems;
    });
}

type Named = Readonly<{ name: ts.Node; type?: ts.TypeNode }>;

function isNamedWithType(node: ts.Node): node is ts.Node & Named {
  return (
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isMethodDeclaration(node) ||
    (ts.isFunctionDeclaration(node) && node.name !== undefined)
  );
}

/** `number`, alone, in a union, a list or a promise; an object's parts have names of their own. */
function saysNumber(type: ts.Node): boolean {
  if (type.kind === ts.SyntaxKind.NumberKeyword) return true;
  if (ts.isTypeLiteralNode(type) || ts.isFunctionTypeNode(type)) return false;
  return ts.forEachChild(type, (child) => saysNumber(child) || undefined) ?? false;
}
