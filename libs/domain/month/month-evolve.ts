import { impossible } from '../decider.js';
import {
  begun,
  isComplete,
  sentBack,
  signed,
  usualSteps,
  type Signing,
} from '../signing/signing.js';
import { addFen, noFen, subtractFen } from '../values/fen.js';
import { addSheets } from '../values/totals.js';
import type { MonthEvent } from './month.events.js';
import type { LiveMonth, MonthState } from './month.js';

type Later = Exclude<MonthEvent, { type: 'MonthOpened' }>;

/** The one status in which each event may come: anything else is a history that did not happen. */
const comesWhen: Readonly<Record<Later['type'], LiveMonth['status']>> = {
  OpeningBrought: 'open',
  AllotmentReceived: 'open',
  DocumentAdmitted: 'open',
  DocumentDischarged: 'open',
  MonthCut: 'open',
  ClosePrepared: 'cut',
  CloseSigned: 'cut',
  CloseSentBack: 'cut',
  MonthClosed: 'cut',
};

export function evolve(state: MonthState, event: MonthEvent): MonthState {
  if (event.type === 'MonthOpened') return opened(state, event.data);
  if (state.status === 'none') throw new Error(`${event.type} before MonthOpened`);
  if (state.status !== comesWhen[event.type])
    impossible(event.type, `a month that is ${state.status}`);
  switch (event.type) {
    case 'OpeningBrought': {
      if (!state.provisional) impossible(event.type, 'a month that has its opening');
      const { sheet, availableFen } = event.data;
      return {
        ...state,
        provisional: false,
        opening: { sheet, availableFen },
        sheet: addSheets(state.sheet, sheet),
        availableFen: addFen(state.availableFen, availableFen),
      };
    }
    case 'AllotmentReceived':
      return {
        ...state,
        plans: [...state.plans, event.data.planId],
        availableFen: addFen(state.availableFen, event.data.amountFen),
      };
    case 'DocumentAdmitted':
      return {
        ...state,
        pending: { ...state.pending, [event.data.documentId]: event.data.reservedFen },
        availableFen: subtractFen(state.availableFen, event.data.reservedFen),
      };
    case 'DocumentDischarged':
      return discharged(state, event.data);
    case 'MonthCut':
      return { ...state, status: 'cut' };
    case 'ClosePrepared': {
      const { close, seen, hand } = event.data;
      return { ...state, close, signing: begun(usualSteps, seen, hand, state.signing) };
    }
    case 'CloseSigned':
      return { ...state, signing: signed(chain(state), event.data.hand) };
    case 'CloseSentBack':
      return { ...state, signing: sentBack(chain(state), event.data.hand) };
    case 'MonthClosed':
      if (!isComplete(chain(state))) impossible(event.type, 'a close that is not signed');
      return { ...state, status: 'closed' };
    default:
      return impossible(event, 'month');
  }
}

function opened(
  state: MonthState,
  { office, pool, month }: Extract<MonthEvent, { type: 'MonthOpened' }>['data'],
): LiveMonth {
  if (state.status !== 'none') throw new Error(`month ${month} opened twice`);
  return {
    status: 'open',
    office,
    pool,
    month,
    provisional: true,
    sheet: {},
    availableFen: noFen,
    plans: [],
    pending: {},
    discharged: [],
  };
}

function discharged(
  state: LiveMonth,
  data: Extract<MonthEvent, { type: 'DocumentDischarged' }>['data'],
): LiveMonth {
  const { [data.documentId]: reserved, ...pending } = state.pending;
  if (reserved === undefined)
    throw new Error(`${data.documentId} discharged before it was admitted`);
  return {
    ...state,
    pending,
    discharged: [...state.discharged, data.documentId],
    sheet: addSheets(state.sheet, data.sheet),
    availableFen: addFen(state.availableFen, data.releasedFen),
  };
}

function chain({ signing, month }: LiveMonth): Signing {
  if (signing === undefined) throw new Error(`close of ${month} signed before it was prepared`);
  return signing;
}
