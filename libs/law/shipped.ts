import { guangdong } from './jurisdictions/guangdong.js';
import { liaoning } from './jurisdictions/liaoning.js';
import { national } from './jurisdictions/national.js';
import { guangzhouContribution } from './policies/guangzhou-contribution.js';
import { liaoningDemonstration } from './policies/liaoning-demonstration.js';
import type { Policies, Row } from './table.js';

/** What holds unless an office adds policy files of its own. */
export const shippedPolicies: Policies = [
  ...national,
  ...guangdong,
  ...liaoning,
  ...guangzhouContribution,
];

/** The shipped rules with the figures that only a demonstration may use. */
export const demonstrationPolicies: Policies = [...shippedPolicies, ...liaoningDemonstration];

/** Rules with the rows of policy files; among rows of one day and place the added one wins. */
export function withRows(policies: Policies, rows: readonly Row[]): Policies {
  return [...policies, ...rows];
}
