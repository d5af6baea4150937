import type { AllVerified, VerifiedCloses } from '#application/verify.js';
import type { Certificate } from '#evidence/audit/breaches.js';

type Found = Readonly<{ zh: string; en: string; position: bigint | string }>;

/** The whole proof in one line: what was checked, or what was found first. */
export function verifyVerdict({ ok, checked, found, findings }: AllVerified): string {
  if (!ok) return failed(found, findings[0]);
  const { events, documents, sealedRows, cases, readModels } = checked;
  const none = readModels === 0 ? '（读模型没有核对 · read models were not compared）' : '';
  return (
    `通过：${events} 个事件、${documents} 份单据、${sealedRows} 条密封数据、${cases} 件签字事项、` +
    `${readModels} 个读模型，没有出入 · verified: no difference in ${events} events, ` +
    `${documents} documents, ${sealedRows} sealed rows, ${cases} matters signed, ` +
    `${readModels} read models${none}`
  );
}

/** The closes of a month in one line, with the offices that have none. */
export function closeVerdict({ ok, closes, findings, notClosed }: VerifiedCloses): string {
  const count = closes.length;
  const open = notClosed.join(' ');
  if (ok)
    return (
      `通过：${count} 个机构的结账重新计算，没有出入 · ` +
      `verified: ${count} closes were computed again, and agree`
    );
  if (findings.length > 0) return failed(findings.length, findings[0]);
  return (
    `不完整：已结的 ${count} 个机构没有出入，还没有结账的 ${open} · ` +
    `not complete: ${count} closes agree, and ${open} did not close`
  );
}

/** The certificate in one line. */
export function segregationVerdict({ cases, breaches, found }: Certificate): string {
  if (breaches > 0) return failed(breaches, found[0]);
  return (
    `通过：${cases} 件签字事项，不相容岗位都已分离 · ` +
    `segregated: no breach in ${cases} matters signed`
  );
}

function failed(count: number, first: Found | undefined): string {
  const [zh, en] =
    first === undefined
      ? ['', '']
      : [
          `，第一处在位置 ${first.position}：${first.zh}`,
          `; the first at position ${first.position}: ${first.en}`,
        ];
  return `不通过：${count} 处出入${zh} · NOT verified: ${count} found${en}`;
}
