import { Failure } from '../failure.js';
import { countArgument } from '../shell.js';
import { fewestPersons, mostPersons } from './people.js';

/**
 * `--persons` as typed: of fewer, not all that a month can bring has somebody to happen to.
 *
 * @throws Failure CITY_TOO_SMALL; UsageError when it is no whole number, or too large
 */
export function personsArgument(text: string): number {
  const isTooFew = /^\d+$/.test(text) && Number(text) < fewestPersons;
  if (!isTooFew) return countArgument(fewestPersons, mostPersons)(text);
  const persons = Number(text);
  throw new Failure(
    'CITY_TOO_SMALL',
    `一座城市至少要有 ${fewestPersons} 人，不是 ${persons} 人 · ` +
      `a city has ${fewestPersons} persons at least, not ${persons}`,
    `请用 --persons ${fewestPersons} 或更多 · use --persons ${fewestPersons} or more`,
    { persons: String(persons), fewest: String(fewestPersons) },
  );
}
