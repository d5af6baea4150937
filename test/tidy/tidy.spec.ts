import { describe, expect, it } from '@jest/globals';
import { type Problem, project, readProject } from './project.js';
import { type RuleName, rules } from './rules.js';
import { samples } from './samples.js';

const names = Object.keys(rules) as readonly RuleName[];
const place = ({ path, line }: Problem): string => `${path}:${line}`;

describe('the project', () => {
  const tree = readProject(process.cwd());

  it('is read whole', () => {
    for (const path of ['libs/domain/refusal.ts', 'test/tidy/tidy.spec.ts', '.ci/run', 'LICENSE'])
      expect(tree.paths).toContain(path);
    expect(tree.code.length).toBeGreaterThan(50);
  });

  it.each(names)('%s', (name) => {
    const found = rules[name](tree).map((problem) => `${place(problem)} ${problem.advice}`);
    expect(found.join('\n')).toBe('');
  });
});

describe('the rules', () => {
  it.each(names)('find what breaks this one: %s', (name) => {
    for (const { files, at } of samples[name]) {
      const sample = Object.entries(files).map(([path, text]) => ({ path, text }));
      expect(rules[name](project(sample)).map(place)).toEqual(at);
    }
  });

  it.each(names)('have a sample that breaks this one: %s', (name) => {
    expect(samples[name].some(({ at }) => at.length > 0)).toBe(true);
  });
});
