import ts from 'typescript';
import {
  type CodeFile,
  type Problem,
  type Project,
  isTest,
  lineAt,
  visit,
  within,
} from './project.js';

const listOfCodes = 'libs/domain/refusal.ts';
const listOfTexts = 'libs/application/refusal-texts.ts';
const textFile = /^libs\/application\/refusal-texts([-/][\w-]+)?\.ts$/;

type Code = Readonly<{ code: string; line: number }>;

/** A coded "no" without its sentences reaches a clerk as a riddle. */
export function refusalsHaveTexts({ code }: Project): readonly Problem[] {
  const texts = new Set(code.filter(({ path }) => textFile.test(path)).flatMap(keysOf));
  return codesOf(code)
    .filter((refusal) => !texts.has(refusal.code))
    .map(({ code: name, line }) => ({
      path: listOfCodes,
      line,
      advice: `${name} has no text: write it in ${listOfTexts}`,
    }));
}

/** A coded "no" that no test provokes may never be said, or may be said to everyone. */
export function refusalsHaveTests({ code }: Project): readonly Problem[] {
  const provoked = new Set(
    code
      .filter(({ path }) => isTest(path) && !within(path, 'test/tidy'))
      .flatMap(stringsOf)
      .flatMap((text) => text.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []),
  );
  return codesOf(code)
    .filter((refusal) => !provoked.has(refusal.code))
    .map(({ code: name, line }) => ({
      path: listOfCodes,
      line,
      advice: `${name} stands in no test: provoke it in one, or take the code out`,
    }));
}

function codesOf(code: readonly CodeFile[]): readonly Code[] {
  const codes: Code[] = [];
  const file = code.find(({ path }) => path === listOfCodes);
  if (file === undefined) return codes;
  visit(file.tree, (node) => {
    if (!ts.isVariableDeclaration(node) || node.name.getText(file.tree) !== 'refusalCodes') return;
    visit(node, (item) => {
      if (ts.isStringLiteral(item))
        codes.push({ code: item.text, line: lineAt(file.tree, item.getStart(file.tree)) });
    });
  });
  return codes;
}

function keysOf({ tree }: CodeFile): readonly string[] {
  const keys: string[] = [];
  visit(tree, (node) => {
    if (!ts.isPropertyAssignment(node)) return;
    if (ts.isIdentifier(node.name) || ts.isStringLiteral(node.name)) keys.push(node.name.text);
  });
  return keys;
}

function stringsOf({ tree }: CodeFile): readonly string[] {
  const texts: string[] = [];
  visit(tree, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) texts.push(node.text);
  });
  return texts;
}
