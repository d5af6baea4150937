import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  dropAddress,
  endpointOf,
  keepAddress,
  servingPath,
  urlOf,
} from '#apps/server/app/serving-address.js';
import { isOnThisMachine, servedAt } from './served-at.js';

describe('the address of the server of a folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-address-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is believed while something answers there, and not after', async () => {
    const listening = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', () => resolve()));
    const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    await keepAddress(folder, url);
    expect((await stat(servingPath(folder))).mode & 0o777).toBe(0o600);
    expect(await servedAt(folder)).toBe(url);
    await new Promise((resolve) => listening.close(resolve));
    expect(await servedAt(folder)).toBeUndefined();
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['fund.example', 'http://fund.example:3000'],
    ['::1', 'http://[::1]:3000'],
  ])('of %s is %s, and leads back there', (host, url) => {
    expect(urlOf(host, 3000)).toBe(url);
    expect(endpointOf(url)).toEqual({ host, port: 3000 });
  });

  it('is taken away by the server that wrote it, and by no other', async () => {
    await keepAddress(folder, 'http://127.0.0.1:3000');
    await dropAddress(folder, 'http://127.0.0.1:3100');
    expect(await readdir(folder)).toEqual(['serving.json']);
    await dropAddress(folder, 'http://127.0.0.1:3000');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['', '{', '{"url":7,"pid":1}', '[]'])('is none when the file holds %j', async (text) => {
    await writeFile(servingPath(folder), text);
    expect(await servedAt(folder)).toBeUndefined();
    expect(await servedAt(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('is used for a session of this machine alone', () => {
    const here = ['http://127.0.0.1:3000', 'http://localhost:1', 'http://[::1]:3000'];
    const away = ['https://fund.example', 'http://10.0.0.7:3000', 'http://127.example'];
    expect([...here, ...away].map(isOnThisMachine)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
