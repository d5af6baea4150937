import ts from 'typescript';
import { type CodeFile, type Problem, type Project, resolve, visit } from './project.js';

/** What is started by its own name: an application, a spec, a measurement, a tool's main file. */
const entries = [
  /^apps\/[^/]+\/main\.tsx?$/,
  /\.spec\.tsx?$/,
  /\.bench\.ts$/,
  /^apps\/cli\/bench\//,
  /\.config\.m?[jt]s$/,
];

/** Files outside the code that start code by its path. */
const starters = /^(package\.json|[\w.-]+\.config\.m?js|\.ci\/.*|docker\/.*|apps\/.*\.html)$/;

/** A file that nothing imports is not part of the product, but it still has to be read and kept. */
export function noUnusedFiles({ code, files, paths }: Project): readonly Problem[] {
  const used = new Set(code.flatMap((file) => [...importedBy(file), ...namedBy(file, paths)]));
  const started = files.filter(({ path }) => starters.test(path)).map(({ text }) => text);
  return code
    .filter(({ path }) => !used.has(path) && !entries.some((entry) => entry.test(path)))
    .filter(({ path }) => !started.some((text) => text.includes(path)))
    .map(({ path }) => ({
      path,
      line: 1,
      advice: 'nothing imports this file: use it, or take it out',
    }));
}

function importedBy({ path, uses }: CodeFile): readonly string[] {
  return uses.flatMap(({ target }) => (target === undefined || target === path ? [] : [target]));
}

/** A child process or a worker thread is started by a path in a string. */
function namedBy({ path, tree }: CodeFile, paths: ReadonlySet<string>): readonly string[] {
  const named: string[] = [];
  visit(tree, (node) => {
    if (!ts.isStringLiteralLike(node) || !/\.m?[jt]sx?$/.test(node.text)) return;
    const relative = resolve(node.text, path, paths) ?? resolve(`./${node.text}`, path, paths);
    const fromRoot = resolve(`./${node.text.replace(/^dist\//, '')}`, 'root', paths);
    for (const target of [relative, fromRoot])
      if (target !== undefined && target !== path) named.push(target);
  });
  return named;
}
