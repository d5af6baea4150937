import type { Logger } from 'pino';
import type { App } from '#application/app.js';
import type { Staff } from '#application/staff.js';
import type { StaffAccounts } from '#security/accounts.js';
import type { Sessions } from '#security/sessions.js';
import type { BusinessDays } from './business-days.js';
import type { Metrics } from './metrics.js';
import type { RateLimit } from './rate-limit.js';
import type { Reservations } from './reservations.js';
import type { Work } from './work.js';

/** Everything that the server works with, made once by whoever starts it. */
export type ServerDeps = Readonly<{
  app: App;
  staff: Staff;
  accounts: StaffAccounts;
  sessions: Sessions;
  days: BusinessDays;
  reservations: Reservations;
  signInLimit: RateLimit;
  work: Work;
  metrics: Metrics;
  log: Logger;
  version: string;
  /** The pool whose offices this server serves. */
  pool: string;
  demo: boolean;
  secureCookie: boolean;
}>;

/** Under which Nest hands them out; a type has no name at run time. */
export const serverDeps = Symbol('server dependencies');
