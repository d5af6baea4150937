import type { Serving } from '../app.js';
import { demoLogins, demoPassword } from '../demo-staff.js';

/** What a start says on the standard output; a first start's passwords are said only here. */
export function greeting({ url, first }: Pick<Serving, 'url' | 'first'>, demo: boolean): string {
  const lines = [`月结 Yuejie  ${url}`];
  if (first.length > 0) {
    lines.push('', '首次启动：三名管理员的一次性密码，只显示这一次，首次登录须修改。');
    lines.push('First start: one-time passwords, shown only now; the first sign-in changes them.');
    for (const { login, password } of first) lines.push(`  ${login.padEnd(16)} ${password}`);
  }
  if (demo) {
    lines.push('', `演示账号 Demo accounts, password ${demoPassword}:`);
    lines.push(`  ${demoLogins.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}
