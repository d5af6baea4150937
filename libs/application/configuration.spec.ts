import { delimiter, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, readConfiguration } from './configuration.js';

describe('the configuration', () => {
  it('needs nothing to be set', () => {
    const configuration = readConfiguration({});
    expect(configuration).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      eventStore: 'postgres',
      secureCookie: false,
    });
    expect(configuration.databaseUrl).toBeUndefined();
    expect(configuration.keysFile).toBe(`${configuration.dataDir}/keys.json`);
  });

  it('takes an empty variable as one that is not set', () => {
    expect(readConfiguration({ PORT: '', DATABASE_URL: '' }).port).toBe(3000);
  });

  it('lets the command line win over the environment', () => {
    const configuration = readConfiguration(
      { PORT: '1', DATA_DIR: 'a' },
      { port: '8080', dataDir: 'b' },
    );
    expect(configuration.port).toBe(8080);
    expect(configuration.dataDir.endsWith('/b')).toBe(true);
  });

  it('reads a list of policy files as the machine writes lists of paths', () => {
    const list = ['a.json', '', ' b, c.json '].join(delimiter);
    const { policyFiles } = readConfiguration({ POLICY_FILES: list });
    expect(policyFiles).toEqual([resolve('a.json'), resolve('b, c.json')]);
    expect(readConfiguration({}).policyFiles).toEqual([]);
  });

  it.each([
    [{ PORT: 'eighty' }, 'PORT'],
    [{ PORT: '70000' }, 'PORT'],
    [{ DATABASE_URL: 'mysql://u:secret@h/d' }, 'DATABASE_URL'],
    [{ EVENT_STORE: 'mongo' }, 'EVENT_STORE'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ POOL: 'Guangzhou' }, 'POOL'],
    [{ POOL: '999999' }, 'POOL'],
  ])('refuses %j by its name', (env, name) => {
    const read = (): unknown => readConfiguration(env);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(name));
    expect(read).not.toThrow(/secret/);
  });
});
