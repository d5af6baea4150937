import { connect } from 'node:net';
import { endpointOf, readAddress } from '#apps/server/app/serving-address.js';

/** A port of this machine answers or refuses at once, unless the machine itself is held up. */
const answersWithinMs = 10_000;

/**
 * Where the server of a data folder listens now. What a server that was killed left behind is not
 * believed: something must answer there.
 */
export async function servedAt(dataDir: string): Promise<string | undefined> {
  const url = (await readAddress(dataDir))?.url;
  return url !== undefined && (await isListening(url)) ? url : undefined;
}

/** A session of a server elsewhere is not sent to the one of this folder. */
export function isOnThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/.test(new URL(url).hostname);
}

function isListening(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpointOf(url));
    const answer = (listens: boolean): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.setTimeout(answersWithinMs, () => answer(false));
    socket.on('connect', () => answer(true));
    socket.on('error', () => answer(false));
  });
}
