import { impossible } from '../decider.js';
import { begun, sentBack, signed, usualSteps, type Signing } from '../signing/signing.js';
import { addFen, noFen, subtractFen } from '../values/fen.js';
import { addSheets } from '../values/totals.js';
import type { MonthEvent } from './month.events.js';
import type { LiveMonth, MonthState } from './month.js';

export function evolve(state: MonthState, event: MonthEvent): MonthState {
  if (event.type === 'MonthOpened') return opened(state, event.data);
  if (state.status === 'none') throw new Error(`${event.type} before MonthOpened`);
  switch (event.type) {
    case 'OpeningBrought':
      return {
        ...state,
        provisional: false,
        sheet: addSheets(state.sheet, event.data.sheet),
        availableFen: addFen(state.availableFen, event.data.availableFen),
      };
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
    ...{ office, pool, month },
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
  const { [data.documentId]: _done, ...pending } = state.pending;
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
