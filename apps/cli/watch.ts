import type { Client } from './client.js';
import type { Progress } from './output.js';

const everyMs = 500;

/** Shows what the server says of the work it has under way while a request runs. */
export async function workUnderWay<T>(
  api: Client,
  bar: Progress,
  request: () => Promise<T>,
): Promise<T> {
  const look = async (): Promise<void> => {
    const { running } = (await api.get('/api/v1/activity')) as {
      running?: readonly Readonly<{ done: number; of: number }>[];
    };
    const [work] = running ?? [];
    if (work !== undefined) bar.at(work.done, work.of);
  };
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  try {
    return await request();
  } finally {
    clearInterval(timer);
    bar.end();
  }
}
