import all from './jest.config.mjs';

/** The specs of the law alone: pure, so that no server is started for them. */
const { globalSetup: _server, globalTeardown: _stop, reporters: _lines, ...pure } = all;
export default { ...pure, roots: ['<rootDir>/libs/law'] };
