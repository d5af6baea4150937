import type { Command } from 'commander';
import { Client } from '../client.js';
import { Failure, UsageError } from '../failure.js';
import { keepSession } from '../session-file.js';
import { shellOf } from '../shell.js';
import { TypedLines } from '../typed-lines.js';

/** The password is typed, or the first line of the standard input: it stands in no argument. */
export function addSignIn(program: Command): void {
  program
    .command('sign-in <login>')
    .description(
      '登录；密码从键盘或标准输入读取，一次性密码再给一行新密码 · ' +
        'sign in; the password is typed or read from the standard input, and after a one-time ' +
        'password a new one',
    )
    .action(async (login: string, _options: object, command: Command) => {
      const { output, dataDir, language, address } = shellOf(command);
      const url = await address();
      const secrets = new TypedLines(true);
      try {
        const password = await secrets.next('密码 Password: ', noPassword);
        const signedIn = await new Client(url, undefined, language).signIn(login, password);
        let { session } = signedIn;
        if (signedIn.mustChange) {
          const next = await secrets.next('新密码 New password: ', mustChange);
          const body = { current: password, next };
          const answer = await signedIn.client.post('/api/v1/me/password', { body });
          session = String(answer['session']);
        }
        const path = await keepSession(dataDir, { url, login, session });
        const me = await new Client(url, session, language).get('/api/v1/me');
        // The token serves a page beside its cookie; here it would only lie about in a log.
        const { csrf: _token, ...shown } = me;
        output.result({ login, ...shown }, () => `${login} → ${url}（${path}）`);
      } finally {
        secrets.close();
      }
    });
}

const noPassword = () => new UsageError('没有给出密码', 'No password was given');

const mustChange = () =>
  new Failure(
    'PASSWORD_MUST_CHANGE',
    '一次性密码必须修改 · a one-time password must be changed',
    '请在标准输入再给一行新密码 · give the new password as a second line',
  );
