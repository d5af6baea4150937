import type { Serving } from '../app.js';
import { demoLogins, demoPassword } from '../demo-staff.js';

/** What a start says on the standard output; a first start's passwords are said only here. */
export function greeting({ url, first }: Pick<Serving, 'url' | 'first'>, demo: boolean): string {
  const lines = [`月结 Yuejie  ${url}`];
  if (first.length > 0) {
    lines.push(
      '',
      '三名管理员的一次性密码，首次登录须修改。在有人登录之前，每次启动都另发一组，旧的作废。',
    );
    lines.push('One-time passwords of the administrators; the first sign-in changes them.');
    lines.push('Until somebody has signed in, each start makes new ones and voids those before.');
    for (const { login, password } of first) lines.push(`  ${login.padEnd(16)} ${password}`);
  }
  if (demo) {
    lines.push('', `演示账号 Demo accounts, password ${demoPassword}:`);
    lines.push(`  ${demoLogins.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}
