import { createServer } from 'node:net';
import type { Configuration } from '#application/configuration.js';
import { SetupError, faultCode } from '#postgres/setup-error.js';

/** Lets go of the port, so that the server may listen there. Safe to call twice. */
export type Release = () => Promise<void>;

/**
 * Takes the port before anything else is begun and keeps it until the server listens: a start that
 * could never serve must not void the passwords that another one has shown.
 *
 * @throws SetupError PORT_TAKEN, ADDRESS_UNUSABLE
 */
export async function holdPort({ host, port }: Configuration): Promise<Release> {
  // Nobody is served yet: whoever comes is told so at once and does not wait.
  const holder = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    holder.once('error', (error) =>
      reject(isTaken(error) ? portTaken(host, port) : addressUnusable(host, port, error)),
    );
    holder.listen(port, host, resolve);
  });
  let releasing: Promise<void> | undefined;
  return () => (releasing ??= new Promise((resolve) => holder.close(() => resolve())));
}

const isTaken = (error: unknown): boolean => faultCode(error) === 'EADDRINUSE';

function portTaken(host: string, port: number): SetupError {
  return new SetupError('PORT_TAKEN', {
    zh: `端口 ${host}:${port} 已被其他程序占用。请停止该程序，或用 --port、PORT 换一个端口。`,
    en:
      `The port ${host}:${port} is taken by another program. Stop that program, or choose ` +
      'another with --port or PORT.',
  });
}

/** A name that no machine has, an address of another machine, a port of the administrator. */
function addressUnusable(host: string, port: number, error: unknown): SetupError {
  const why = faultCode(error);
  return new SetupError(
    'ADDRESS_UNUSABLE',
    {
      zh: `不能在 ${host}:${port} 上监听（${why}）。请把 HOST 改为本机地址，或用 --port、PORT 换端口。`,
      en:
        `${host}:${port} cannot be listened on (${why}). Mend HOST, which must be an address of ` +
        'this machine, or choose another port with --port or PORT.',
    },
    error,
  );
}
