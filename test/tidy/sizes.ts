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

const linesAFile = 400;
const linesAFunction = 70;
const columnsALine = 100;

/** A file that is longer holds two subjects. */
export function fileSizes({ code }: Project): readonly Problem[] {
  return code
    .map(({ path, text }) => ({ path, line: text.replace(/\n$/, '').split('\n').length }))
    .filter(({ line }) => line > linesAFile)
    .map(({ path, line }) => ({
      path,
      line,
      advice: `${line} lines, ${linesAFile} at most: split it by subject`,
    }));
}

/** A line is counted in characters; a Chinese one counts once, however wide it is drawn. */
export function lineWidths({ code }: Project): readonly Problem[] {
  return code.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const columns = [...line.replace(/\r$/, '')].length;
      if (columns <= columnsALine) return [];
      const advice = `${columns} columns, ${columnsALine} at most: break the line`;
      return [{ path, line: index + 1, advice }];
    }),
  );
}

/** A function that is longer than a screen is read in pieces, so it should be written in pieces. */
export function functionSizes({ code }: Project): readonly Problem[] {
  return code.flatMap((file) => {
    const problems: Problem[] = [];
    visit(file.tree, (node) => {
      if (!isFunctionWithBody(node)) return;
      const lines = linesOf(file, node) - (isTest(file.path) ? linesOfTests(file, node) : 0);
      if (lines <= linesAFunction) return;
      const advice = `a function of ${lines} lines, ${linesAFunction} at most: name its parts`;
      problems.push(problemAt(file, node, advice));
    });
    return problems;
  });
}

function isFunctionWithBody(node: ts.Node): boolean {
  return (
    (ts.isFunctionDeclaration(node) ||
      ts.isFunctionExpression(node) ||
      ts.isArrowFunction(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isConstructorDeclaration(node) ||
      ts.isAccessor(node)) &&
    node.body !== undefined
  );
}

function linesOf({ tree }: CodeFile, node: ts.Node): number {
  return lineAt(tree, node.end) - lineAt(tree, node.getStart(tree)) + 1;
}

const testWords = /^(describe|it|test|before(All|Each)|after(All|Each))\b/;

/** A suite is as long as its tests, and each of those is measured on its own. */
function linesOfTests(file: CodeFile, suite: ts.Node): number {
  let lines = 0;
  const add = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && testWords.test(node.expression.getText(file.tree)))
      lines += linesOf(file, node);
    else ts.forEachChild(node, add);
  };
  ts.forEachChild(suite, add);
  return lines;
}
