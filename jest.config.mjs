/** ESM all the way: specs and sources are TypeScript, transformed by swc, aliases resolved by the `source` condition. */
export default {
  maxWorkers: 2,
  rootDir: '.',
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/server-setup.mjs',
  globalTeardown: '<rootDir>/test/server-teardown.mjs',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  // It ends what hangs, and nothing else: a test that waits for a condition takes as long as the
  // machine does, and the first that needs a database also waits for its server to be made.
  testTimeout: 300_000,
  reporters: ['default', '<rootDir>/test/reporter.mjs'],
  testRegex: '\\.spec\\.ts$',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
          keepClassNames: true,
        },
      },
    ],
  },
};
