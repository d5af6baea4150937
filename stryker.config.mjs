/**
 * Mutation tests of the law: does a test fail when a rule is written otherwise? What is said (words,
 * names) is left alone, and so are the tables, whose every row has its own cases.
 */
export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'jest.law.config.mjs' },
  coverageAnalysis: 'perTest',
  mutate: [
    'libs/law/*.ts',
    '!libs/law/*.spec.ts',
    '!libs/law/{places,topic-names,words,shipped,law-page}.ts',
  ],
  mutator: { excludedMutations: ['StringLiteral'] },
  thresholds: { high: 95, low: 90, break: 90 },
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 30_000,
  tempDirName: '.stryker-tmp',
};
