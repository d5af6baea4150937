import type { Duty } from '#domain/actor/duties.js';

/** Who may do what: a duty is granted to a person, for an office and a time. */
export const dutyZh: Readonly<Record<Duty, string>> = {
  intake: '受理',
  payroll: '发放',
  approver: '审核',
  reviewer: '复核',
  authoriser: '审批',
  accountant: '会计',
  cashier: '出纳',
  reconciler: '对账',
  inspector: '稽核',
  auditor: '审计',
  'system-admin': '系统管理员',
  'security-admin': '安全管理员',
  'audit-admin': '审计管理员',
};
