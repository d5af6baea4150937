import { type Problem, type Project, isTest, within } from './project.js';

/** The words every part may use: values and the coded "no". Neither knows an aggregate. */
const vocabulary = ['libs/domain/values', 'libs/domain/refusal.ts'];

/**
 * Who may import whom, most specific place first. Dependencies point one way; a new part has to say
 * here what it stands on before anything else is written in it.
 */
const mayImport: readonly Readonly<{ place: string; from: readonly string[] }>[] = [
  { place: 'libs/domain', from: ['libs/domain'] },
  { place: 'libs/law', from: [...vocabulary, 'libs/law'] },
  { place: 'libs/event-store', from: [...vocabulary, 'libs/event-store'] },
  { place: 'libs/evidence', from: ['libs/evidence'] },
  { place: 'libs/postgres', from: ['libs/postgres'] },
  { place: 'libs/security', from: [...vocabulary, 'libs/postgres', 'libs/security'] },
  { place: 'libs/input', from: [...vocabulary, 'libs/law', 'libs/input'] },
  { place: 'libs/banking', from: ['libs/domain', 'libs/evidence', 'libs/banking'] },
  {
    place: 'libs/projections',
    from: [
      'libs/domain',
      'libs/law',
      'libs/event-store',
      'libs/postgres',
      'libs/projections',
      'libs/evidence',
    ],
  },
  { place: 'libs/application', from: ['libs'] },
  // `npm start -- --demo` fills its folder through the front door, as the command line would.
  { place: 'apps/server/main.ts', from: ['libs', 'apps/server', 'apps/cli/demo'] },
  { place: 'apps/server', from: ['libs', 'apps/server'] },
  { place: 'apps/worker', from: ['libs', 'apps/worker'] },
  // `serve` and `worker` on the command line start the same applications.
  {
    place: 'apps/cli',
    from: [
      'libs',
      'apps/cli',
      'apps/server/app',
      'apps/server/app.ts',
      'apps/worker/app',
      'apps/worker/app.ts',
    ],
  },
  { place: 'apps/admin', from: ['libs', 'apps/admin'] },
  { place: 'tools/verifier', from: ['tools/verifier'] },
];

/** Dependencies point one way, from apps to libs and inside libs towards domain. */
export function importDirections({ code }: Project): readonly Problem[] {
  const problems: Problem[] = [];
  for (const { path, uses } of code) {
    if (isTest(path)) continue;
    const row = mayImport.find(({ place }) => within(path, place));
    if (row === undefined) {
      const advice = 'is in no known part: say in test/tidy/directions.ts what it may import';
      problems.push({ path, line: 1, advice });
      continue;
    }
    for (const { target, line } of uses) {
      if (target === undefined || row.from.some((place) => within(target, place))) continue;
      const advice = `${row.place} may not import ${target}: move what both need, or ask for it`;
      problems.push({ path, line, advice });
    }
  }
  return problems;
}

/** The auditor's verifier runs on a machine of his own: Node alone, and nothing of the product. */
export function verifierStandsAlone({ code }: Project): readonly Problem[] {
  return code
    .filter(({ path }) => within(path, 'tools/verifier') && !isTest(path))
    .flatMap(({ path, uses }) =>
      uses
        .filter(({ specifier }) => !/^(\.{1,2}\/|node:)/.test(specifier))
        .map(({ specifier, line }) => ({
          path,
          line,
          advice: `the verifier may not use ${specifier}: only node:… and its own files`,
        })),
    );
}

/** What would let the demo write facts without going through the front door. */
const behindTheDoor = [
  'libs/domain',
  'libs/event-store',
  'libs/application',
  'libs/projections',
  'libs/postgres',
  'libs/security',
  'apps/server',
  'apps/worker',
];
const behindTheDoorPackages = /^(pg($|-)|@nestjs\/|@eventstore\/|bullmq$|ioredis$)/;

/**
 * `demo` writes files and calls HTTP as signed-in people do; its own files use no library of ours.
 * What it imports from the command line's other folders is held to the same, however many files
 * away, but for file formats: the simulated bank reads a batch file as a bank's program would.
 */
export function demoStaysOutside({ code }: Project): readonly Problem[] {
  const byPath = new Map(code.map((file) => [file.path, file]));
  const queue = code
    .map(({ path }) => path)
    .filter((path) => within(path, 'apps/cli/demo') && !isTest(path));
  const seen = new Set(queue);
  const problems: Problem[] = [];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const { specifier, line, target } of byPath.get(path)?.uses ?? []) {
      const closed = within(path, 'apps/cli/demo') ? ['libs', ...behindTheDoor] : behindTheDoor;
      const inside =
        target === undefined
          ? behindTheDoorPackages.test(specifier)
          : closed.some((place) => within(target, place));
      if (inside) {
        const advice = `the demo reaches ${target ?? specifier}: let it write a file or call HTTP`;
        problems.push({ path, line, advice });
      } else if (target !== undefined && within(target, 'apps/cli') && !seen.has(target)) {
        seen.add(target);
        queue.push(target);
      }
    }
  }
  return problems;
}
