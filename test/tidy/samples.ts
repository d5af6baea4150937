import type { RuleName } from './rules.js';

/** A small project: its files by path; `at` is where the rule must find something, nowhere else. */
export type Sample = Readonly<{ files: Readonly<Record<string, string>>; at: readonly string[] }>;

const lines = (count: number, line: string): string => `${line}\n`.repeat(count);
const machine = (...folders: readonly string[]): string => ['', ...folders, 'x'].join('/');
const codes = `export const refusalCodes = [\n  'CLAIM_UNKNOWN',\n] as const;`;
const batchEvents = `export type BatchEvent =\n  | Fact<'BatchDrafted', { batchNo: string }>;`;

/** At least one bad sample a rule; beside it what looks alike and is allowed (an empty `at`). */
export const samples: Readonly<Record<RuleName, readonly Sample[]>> = {
  'dependencies point one way': [
    {
      files: {
        'libs/domain/award/award.ts': `import { fen } from '../values/fen.js';
import { store } from '#event-store/port.js';`,
        'libs/domain/values/fen.ts': '',
        'libs/event-store/port.ts': '',
      },
      at: ['libs/domain/award/award.ts:2'],
    },
    {
      files: {
        'libs/law/table.ts': `import type { Award } from '#domain/award/award.js';
import { fen } from '#domain/values/fen.js';
import { refuse } from '#domain/refusal.js';`,
        'libs/domain/award/award.ts': '',
        'libs/domain/values/fen.ts': '',
        'libs/domain/refusal.ts': '',
      },
      at: ['libs/law/table.ts:1'],
    },
    {
      files: {
        'apps/server/main.ts': `const cli = await import('../cli/main.js');`,
        'apps/cli/main.ts': `import { app } from '#apps/server/app.js';
import { page } from '#apps/server/claims/page.js';`,
        'apps/server/app.ts': '',
        'apps/server/claims/page.ts': '',
      },
      at: ['apps/server/main.ts:1', 'apps/cli/main.ts:2'],
    },
    {
      files: {
        'libs/banking/layout.ts': `export { given } from '#test/given.js';`,
        'libs/banking/layout.spec.ts': `import { given } from '#test/given.js';`,
        'test/given.ts': '',
        'libs/misc/help.ts': '',
      },
      at: ['libs/banking/layout.ts:1', 'libs/misc/help.ts:1'],
    },
  ],
  'the verifier stands alone': [
    {
      files: {
        'tools/verifier/verify.mjs': `import { createHash } from 'node:crypto';
import { leaf } from './tree.mjs';
import { tree } from '../../libs/evidence/tree.js';
import yauzl from 'yauzl';
import { root } from '#evidence/tree.js';`,
      },
      at: ['tools/verifier/verify.mjs:4', 'tools/verifier/verify.mjs:5'],
    },
  ],
  'the demo stays outside': [
    {
      files: {
        'apps/cli/demo/demo.ts': `import { request } from 'node:http';
import { fen } from '#domain/values/fen.js';
import { layouts } from '#banking/layouts.js';
import { play } from '../office/play.js';`,
        'apps/cli/office/play.ts': `import { layouts } from '#banking/layouts.js';
import { open } from './open.js';`,
        'apps/cli/office/open.ts': `import type { EventStore } from '#event-store/port.js';
import pg from 'pg';`,
        'apps/cli/other.ts': `import { fen } from '#domain/values/fen.js';`,
        'libs/domain/values/fen.ts': '',
        'libs/banking/layouts.ts': '',
        'libs/event-store/port.ts': '',
      },
      at: [
        'apps/cli/demo/demo.ts:2',
        'apps/cli/demo/demo.ts:3',
        'apps/cli/office/open.ts:1',
        'apps/cli/office/open.ts:2',
      ],
    },
  ],
  'domain and law are pure': [
    {
      files: {
        'libs/domain/claim/claim.ts': `import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
const now = new Date();
const luck = Math.random();
const home = process.env['HOME'];
console.log(crypto.randomUUID());`,
        'libs/law/table.ts': `export const month = (day: Date) => day;`,
      },
      at: [
        'libs/domain/claim/claim.ts:1',
        'libs/domain/claim/claim.ts:2',
        'libs/domain/claim/claim.ts:3',
        'libs/domain/claim/claim.ts:4',
        'libs/domain/claim/claim.ts:5',
        'libs/domain/claim/claim.ts:6',
        'libs/domain/claim/claim.ts:7',
        'libs/domain/claim/claim.ts:7',
        'libs/law/table.ts:1',
      ],
    },
    {
      files: {
        'libs/domain/claim/claim.ts': `/** Not a Date: a day as text. */
export const claim = { process: 'paid', Date: 'day', note: 'new Date()' };
export const step = (process: string) => process + claim.process;`,
        'libs/domain/claim/claim.spec.ts': `import { expect } from '@jest/globals';
expect(new Date()).toBeDefined();`,
        'libs/postgres/embedded.ts': `export const pid = process.pid;`,
      },
      at: [],
    },
  ],
  'files are short': [
    {
      files: {
        'libs/law/long.ts': lines(401, 'export {};'),
        'libs/law/full.ts': lines(400, 'export {};'),
      },
      at: ['libs/law/long.ts:401'],
    },
  ],
  'functions are short': [
    {
      files: {
        'libs/law/long.ts': `const ok = 1;
export function sum() {\n${lines(69, '  add();')}}
export const most = () => {\n${lines(68, '  add();')}};
class Sums {\n  sum() {\n${lines(70, '  add();')}  }\n}`,
      },
      at: ['libs/law/long.ts:2', 'libs/law/long.ts:144'],
    },
    {
      files: {
        'libs/law/law.spec.ts': `describe('law', () => {
${lines(40, `  it('holds', () => {\n    expect(1).toBe(1);\n  });`)}
  it('is long', () => {\n${lines(70, '    add();')}  });
});`,
      },
      at: ['libs/law/law.spec.ts:123'],
    },
  ],
  'lines are narrow': [
    {
      files: {
        'libs/law/wide.ts': `// ${'失'.repeat(97)}\n// ${'失'.repeat(98)}`,
        'docs/WIDE.md': 'x'.repeat(200),
      },
      at: ['libs/law/wide.ts:2'],
    },
  ],
  'types are said': [
    {
      files: {
        'libs/banking/layout.ts': `// any comment may say any
const a: any = 'any';
const b = a as any;
const c: unknown = { any: b };`,
      },
      at: ['libs/banking/layout.ts:2', 'libs/banking/layout.ts:3'],
    },
  ],
  'exports have names': [
    {
      files: {
        'libs/law/a.ts': `export default function law() {}`,
        'libs/law/b.ts': `const law = 1;\nexport default law;`,
        'libs/law/c.ts': `export class Law {}`,
        'test/setup.mjs': `export default function start() {}`,
        'jest.config.mjs': `export default { globalSetup: '<rootDir>/test/setup.mjs' };`,
      },
      at: ['libs/law/a.ts:1', 'libs/law/b.ts:2'],
    },
  ],
  'there are no barrels': [
    {
      files: {
        'libs/law/index.ts': `import { a } from './a.js';`,
        'libs/law/all.ts': `export * from './a.js';\nexport * as b from './b.js';`,
        'libs/law/some.ts': `const a = 1;\nexport { a };`,
      },
      at: ['libs/law/index.ts:1', 'libs/law/all.ts:1', 'libs/law/all.ts:2'],
    },
  ],
  'nothing is left unfinished': [
    {
      files: {
        'libs/law/a.ts': `// TODO: the rest
export const a = 1; // FIXME
/**
 * HACK around it.
 */
export const b = 'TODO // TODO';
// @ts-ignore
export const c = { a, // XXX
};`,
      },
      at: [
        'libs/law/a.ts:1',
        'libs/law/a.ts:2',
        'libs/law/a.ts:4',
        'libs/law/a.ts:7',
        'libs/law/a.ts:8',
      ],
    },
  ],
  'every test runs': [
    {
      files: {
        'libs/law/a.spec.ts': `it.skip('a', () => {});
describe.only('b', () => {});
it.each([1]).skip('c', () => {});
xit('d', () => {});
it.todo('e');
it.skip.each([1])('f', () => {});
it.each([1])('g', () => rows.skip(1));
(process.platform === 'linux' ? it : it.skip)('h', () => {});
const sometimes = describe.skip;`,
        'test/needs.ts': `describe.skip('here alone', () => {});`,
      },
      at: [1, 2, 3, 4, 5, 6, 8, 9].map((line) => `libs/law/a.spec.ts:${line}`),
    },
  ],
  'no module is replaced in a test': [
    {
      files: {
        'test/a.spec.ts': `jest.unstable_mockModule('#law/table.js', () => ({}));\njest.fn();`,
      },
      at: ['test/a.spec.ts:1'],
    },
  ],
  'money is Fen': [
    {
      files: {
        'libs/law/a.ts': `type A = { dueFen: number; paidFen: Fen; months: number };
type B = { readonly openFen?: number | undefined };
const add = (aFen: number, allFen: readonly number[]) => 0;
class C {\n  private totalFen: number = 0;\n}
function sumFen(): Promise<number> {}
const parts = (byFen: { count: number }, fen: number) => 0;`,
      },
      at: [1, 2, 3, 3, 5, 7, 8].map((line) => `libs/law/a.ts:${line}`),
    },
  ],
  'events are frozen': [
    {
      files: {
        'libs/domain/batch/batch.events.ts': batchEvents,
        'libs/domain/roll/roll.events.ts': `export type RollEvent =
  | { type: 'RollPrepared'; data: { rollNo: string } };
const codecs = { RollPrepared: codec(['totalFen'], 3, { 1: linesOf, 2: totalOf }) };`,
        'libs/domain/plan/plan.events.ts': `export type PlanEvent = Fact<'BatchDrafted', {}>;`,
        'test/frozen-events/RollPrepared.v1.json': '{}',
        'test/frozen-events/RollPrepared.v3.json': '{}',
        'test/frozen-events/RollDrawn.v1.json': '{}',
      },
      at: [
        'libs/domain/batch/batch.events.ts:2',
        'libs/domain/roll/roll.events.ts:2',
        'libs/domain/plan/plan.events.ts:1',
        'test/frozen-events/RollDrawn.v1.json:1',
        'libs/domain/plan/plan.events.ts:1',
      ],
    },
    {
      files: {
        'libs/domain/batch/batch.events.ts': batchEvents,
        'test/frozen-events/BatchDrafted.v1.json': '{}',
      },
      at: [],
    },
    {
      files: {
        'libs/domain/batch/batch.events.ts': `${batchEvents}
const codecs = { BatchDrafted: codec([], schema) };`,
      },
      at: ['libs/domain/batch/batch.events.ts:2'],
    },
  ],
  'refusals have texts': [
    {
      files: {
        'libs/domain/refusal.ts': codes,
        'libs/application/refusal-texts/claims.ts': `export const claims = { CLAIM_UNKNOWN: {} };`,
      },
      at: [],
    },
    { files: { 'libs/domain/refusal.ts': codes }, at: ['libs/domain/refusal.ts:2'] },
    {
      files: {
        'libs/domain/refusal.ts': codes,
        'libs/application/refusal-texts.ts': `export const texts = { CLAIM_UNKNOWN: {} };`,
      },
      at: [],
    },
  ],
  'refusals have tests': [
    {
      files: {
        'libs/domain/refusal.ts': codes,
        'libs/domain/claim.spec.ts': `// CLAIM_UNKNOWN\nexpect(1).toBe(1);`,
        'libs/domain/claim.ts': `refuse('CLAIM_UNKNOWN', {});`,
      },
      at: ['libs/domain/refusal.ts:2'],
    },
    {
      files: {
        'libs/domain/refusal.ts': codes,
        'libs/domain/claim.spec.ts': `given(claim).when(approve).refuses('CLAIM_UNKNOWN');`,
      },
      at: [],
    },
  ],
  'every file is used': [
    {
      files: {
        'package.json': '{ "main": "tools/verifier/verify.mjs" }',
        'apps/server/main.ts': `import { a } from '#law/a.js';`,
        'libs/law/a.ts': `import type { B } from './b.js';`,
        'libs/law/b.ts': `import { b } from './b.js';`,
        'libs/law/c.ts': '',
        'libs/law/a.spec.ts': `fork(new URL('./child.mjs', import.meta.url));`,
        'libs/law/child.mjs': '',
        'tools/verifier/verify.mjs': '',
      },
      at: ['libs/law/c.ts:1'],
    },
  ],
  'no machine is named': [
    {
      files: {
        'docs/RUN.md': `Run it in ${machine('work', 'main')}.\nGET /api/v1${machine('home')}`,
        '.ci/run': `cd ${machine('var', 'tmp')}`,
      },
      at: ['docs/RUN.md:1', '.ci/run:1'],
    },
  ],
};
