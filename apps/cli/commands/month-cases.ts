import type { Client, Json } from '../client.js';
import { Failure } from '../failure.js';
import { doneBy, doneFacts, officeWords } from '../place.js';
import { onMonth, placeIn, type Desk, type Place, type Step } from './month-desk.js';
import { workThrough } from './work-through.js';

type Work = (api: Client, place: Place, id: string, reason: string) => Promise<Json>;

/** What is done to cases that are named, each with the reason that is recorded. */
export const caseSteps: Readonly<Record<string, Step>> = {
  'return-claims': named(
    'return-claims',
    '退回申领',
    'send claims back',
    (api, _place, id, reason) => api.put(`/api/v1/claims/${id}/return`, { body: { reason } }),
  ),
  'return-accounts': named(
    'return-accounts',
    '退回账户变更',
    'send changes of account back',
    returned,
  ),
  'return-proposals': named(
    'return-proposals',
    '退回处理建议',
    'send proposals back',
    onProposal('return'),
  ),
  'drop-proposals': named(
    'drop-proposals',
    '撤销处理建议',
    'drop proposals',
    onProposal('dismissal'),
  ),
  'shared-accounts': {
    zh: '多人共用、待复核的账户',
    en: 'accounts that several people share, which wait to be reviewed',
    run: shared,
  },
  'propose-sharing': named(
    'propose-sharing',
    '提出账户可以共用',
    'find that an account may be shared',
    sharing('POST'),
  ),
  'agree-sharing': named(
    'agree-sharing',
    '另一人同意账户共用',
    'agree to it as a second person',
    sharing('PUT'),
  ),
};

function named(name: string, zh: string, en: string, work: Work): Step {
  const run = async (desk: Desk): Promise<void> => {
    const { api, output, options } = desk;
    const { only = [], reason = '' } = options;
    const { place, found } = await placeIn(desk);
    const cases = only.map((id) => ({
      id,
      work: async () => ({ facts: await work(api, place, id, reason), words: reason }),
    }));
    await workThrough(output, name, cases, {
      facts: () => doneFacts(api, found),
      words: () => doneBy(api, found),
    });
  };
  return {
    zh: `${zh}（--only 指明）`,
    en: `${en}, named by --only`,
    needs: ['only', 'reason'],
    run,
  };
}

async function returned(api: Client, _place: Place, person: string, reason: string): Promise<Json> {
  const path = `/api/v1/persons/${person}`;
  const { changeNo } = await api.get(`${path}/account-change`);
  return api.put(`${path}/account-changes/${String(changeNo)}/return`, { body: { reason } });
}

function onProposal(what: 'return' | 'dismissal'): Work {
  return (api, place, proposalId, reason) => {
    const body = { proposalId, reason };
    return onMonth(api, 'PUT', 'verification', place, `/proposals/${what}`, { body });
  };
}

type Shared = Readonly<{
  accountKey: string;
  holders: readonly string[];
  nextStep: string | null;
}>;

const sharedPath = '/api/v1/shared-accounts';

async function sharedOnes(api: Client, office: string): Promise<readonly Shared[]> {
  return (await api.get(sharedPath, { office }))['rows'] as readonly Shared[];
}

async function shared(desk: Desk): Promise<void> {
  const { api, output } = desk;
  const { place, found } = await placeIn(desk);
  const rows = await sharedOnes(api, place.office);
  output.result({ rows, ...doneFacts(api, found) }, () => {
    const lines = rows.map(
      ({ accountKey, holders, nextStep }) =>
        `${accountKey}  ${holders.join(' ')}  待办 next: ${nextStep ?? '–'}`,
    );
    const said = lines.length === 0 ? ['没有共用账户待复核 · no shared account waits'] : lines;
    return [...said, `  ${officeWords(found)}`].join('\n');
  });
}

/** The holders are those whom the server names now: another one found since is looked at anew. */
function sharing(method: 'POST' | 'PUT'): Work {
  return async (api, { office }, accountKey, reason) => {
    const mine = (await sharedOnes(api, office)).find((one) => one.accountKey === accountKey);
    if (mine === undefined)
      throw new Failure(
        'NOT_WAITING',
        '没有这个待复核的共用账户 · no such shared account waits',
        '请看 month shared-accounts · look at month shared-accounts',
      );
    const body = { accountKey, holders: mine.holders, reason };
    return api.ask(method, `${sharedPath}/reviews`, { body });
  };
}
