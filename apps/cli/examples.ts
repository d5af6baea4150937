import type { Command } from 'commander';

/** What one types, for each command: the quickest part of its help. */
const examples: Readonly<Record<string, readonly string[]>> = {
  demo: ['demo', 'demo --persons 500 --months 2 --seed 7 --data ./try --json'],
  serve: ['serve', 'serve --demo --port 3100 --data ./try'],
  worker: ['worker --data ./data'],
  'sign-in': ['sign-in zhang.li', 'printf \'%s\\n\' "$PASSWORD" | yuejie sign-in zhang.li'],
  calculate: ['calculate questions.json', 'calculate --policies local.json < question.json'],
  law: ['law 440100', 'law --out docs/law'],
  import: [
    'import persons persons.csv --dry-run',
    'import declarations 2026-09.csv --park --mapping our-columns.json',
  ],
  receipt: [
    'receipt RCT-440103-2026-09-1.txt --office 440103',
    'receipt answer.txt --office 440103 --json',
  ],
  'business-day': ['business-day', 'business-day 2026-09-01'],
  offices: ['offices'],
  'open-office': ['open-office 440103 --zh 荔湾区经办机构 --en "Liwan office"'],
  staff: [
    'staff register zhang.li --office 440103',
    'staff propose-account zhang.li zhang.li',
    'staff withdraw-account zhang.li',
    'staff --as audit-admin open-account zhang.li zhang.li',
    'staff propose-duty zhang.li payroll --office 440103 --from 2026-09-01',
    'staff withdraw-duty zhang.li payroll',
    'staff --as audit-admin grant-duty zhang.li payroll',
  ],
  inbox: ['inbox --office 440103'],
  parked: ['parked --office 440103'],
  receipts: ['receipts 2026-09 --office 440103'],
  month: [
    'month status 2026-09 --office 440103',
    'month show-roll 2026-09 --office 440103',
    'month approve-roll 2026-09 --office 440103 --root 3f0c1a9be2d4',
    'month approve-claims 2026-09',
    'month approve-claims 2026-09 --only C000001',
    'month approve-claims 2026-09 --all',
    'month plan 2026-09 --office 440100 --amount 440103=120000.00 --amount 440106=80000',
    'month stop 2026-09 --office 440103 --instruction 4401032609010001 --reason 账户待核实',
  ],
  recovery: [
    'recovery list --office 440103',
    'recovery open R-1 C000001 --month 2026-09 --month 2026-10 --amount 4824.00 --reason 已就业',
    'recovery approve R-1',
    'recovery repay R-1 H-20261105-1 --amount 4824.00 --on 2026-11-05',
  ],
  events: ['events --type ClaimApproved --from 2026-09-01', 'events --follow --json'],
  verify: ['verify', 'verify --month 2026-09 --json'],
  'verify-close': ['verify-close 2026-09 --office 440103'],
  segregation: ['segregation --month 2026-09'],
  rebuild: ['rebuild --compare', 'rebuild award_state'],
  city: ['city --out ./city --persons 500 --months 2 --seed 7'],
  bench: ['bench month --recipients 10000', 'bench store'],
};

export function addExamples(command: Command): void {
  const lines = (examples[command.name()] ?? []).map((text) =>
    text.includes('| yuejie') ? `  ${text}` : `  yuejie ${text}`,
  );
  if (lines.length > 0) command.addHelpText('after', `\n例 Examples:\n${lines.join('\n')}`);
}
