import { demoStaysOutside, importDirections, verifierStandsAlone } from './directions.js';
import { frozenEvents } from './frozen-events.js';
import {
  everyTestRuns,
  noAny,
  noBarrels,
  noDefaultExport,
  noLeftovers,
  noReplacedModules,
} from './habits.js';
import { moneyIsFen } from './money.js';
import type { Rule } from './project.js';
import { purity } from './purity.js';
import { refusalsHaveTests, refusalsHaveTexts } from './refusals.js';
import { fileSizes, functionSizes, lineWidths } from './sizes.js';
import { noUnusedFiles } from './unused.js';
import { noMachinePaths } from './words.js';

/** Every rule by the sentence it holds; the spec demands a bad sample for each of them. */
export const rules = {
  'dependencies point one way': importDirections,
  'the verifier stands alone': verifierStandsAlone,
  'the demo stays outside': demoStaysOutside,
  'domain and law are pure': purity,
  'files are short': fileSizes,
  'functions are short': functionSizes,
  'lines are narrow': lineWidths,
  'types are said': noAny,
  'exports have names': noDefaultExport,
  'there are no barrels': noBarrels,
  'nothing is left unfinished': noLeftovers,
  'every test runs': everyTestRuns,
  'no module is replaced in a test': noReplacedModules,
  'money is Fen': moneyIsFen,
  'events are frozen': frozenEvents,
  'refusals have texts': refusalsHaveTexts,
  'refusals have tests': refusalsHaveTests,
  'every file is used': noUnusedFiles,
  'no machine is named': noMachinePaths,
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof rules;
