import { expect } from '@jest/globals';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { County } from '#test/stories/county.js';
import { Api, doing, residentId, type Answer, type Body } from '#test/stories/desk.js';
import * as monthly from '#test/stories/month.js';

export const code = '440103';
export const month = '2026-10';
export const persons = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'] as const;

const enrolledOn = (person: string): string => (person === 'P6' ? '2026-09-20' : '2020-09-01');

/** An office with a month open, three awards in force, and people who try what must not be done. */
export class BadInput {
  private constructor(
    readonly server: TestServer,
    readonly api: Api,
    readonly county: County,
  ) {}

  static async open(): Promise<BadInput> {
    const server = await openTestServer();
    const api = new Api(server.url);
    await monthly.day(api, '2026-10-08');
    const county = await County.runByPool(api, code, pool);
    await monthly.openMonth(county, month);
    const intake = county.desk('intake');
    await intake.takes('employers', 'employers.csv', [
      'number,creditCode,name,office,enrolledOn',
      `U00001,91440103JG7LCMK1X7,某单位,${code},2017-04-01`,
    ]);
    const rows = persons.map(
      (person, at) => `${person},${residentId(at).id18},周九,urban,${enrolledOn(person)}`,
    );
    await intake.takes('persons', 'persons.csv', ['number,id,name,household,enrolledOn', ...rows]);
    const awards = persons.slice(0, 3).map((person, at) => {
      return `A${person},${person},12,3,2026-07,241200,${code},102581000001,622200009990${at},周九`;
    });
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    await monthly.bringIn(county, 'opening', [`${columns},bankCode,account,holder`, ...awards]);
    return new BadInput(server, api, county);
  }

  async head(): Promise<string> {
    return String((await this.county.desk('intake').read(doing))['head']);
  }

  /**
   * The same bad request in both languages: the same refusal, what is wrong and what to do in each,
   * and nothing added to the log.
   */
  async refuses(
    ask: (language: string) => Promise<Answer>,
    expected: Readonly<{ status: number; code: string; facts?: Body }>,
  ): Promise<void> {
    const before = await this.head();
    const [zh, en] = [await ask('zh-CN'), await ask('en')];
    for (const { status, body } of [zh, en]) expect({ status, ...body }).toMatchObject(expected);
    const wordsOf = ({ body: { title, detail, advice } }: Answer) => ({ title, detail, advice });
    const words = ({ body }: Answer) => [String(body['title']), String(body['advice'])];
    for (const text of words(zh)) expect(text).toMatch(/\p{Script=Han}/u);
    for (const text of words(en)) expect(text).toMatch(/^[\x20-\x7e’×]+$/);
    expect([zh.body['zh'], en.body['en']]).toEqual([wordsOf(zh), wordsOf(en)]);
    for (const { body } of [zh, en]) {
      const said = body as Readonly<{ zh: Body; en: Body }>;
      const both = [said.zh['title'], said.zh['advice'], said.en['title'], said.en['advice']];
      expect(both).toEqual([...words(zh), ...words(en)]);
    }
    expect(await this.head()).toBe(before);
  }

  /** A file with one bad row: where it is and why in both languages, what to do, nothing taken. */
  async rejects(
    kind: string,
    rows: readonly string[],
    expected: Readonly<{ line: number; column: string; reason: string }>,
  ): Promise<void> {
    const before = await this.head();
    const name = `${kind}-${expected.reason}.csv`;
    const { status, body } = await this.county.desk('intake').file(`/imports/${kind}`, name, rows);
    expect([status, body['status']]).toEqual([200, 'rejected']);
    const [problem] = body['problems'] as readonly Body[];
    expect(body['problems']).toHaveLength(1);
    expect(problem).toMatchObject({ file: name, ...expected });
    expect(body['refusal']).toMatchObject({ code: 'FILE_ROWS_REJECTED' });
    for (const said of [problem, body['refusal'] as Body]) {
      expect(said?.['zh']).toMatch(/\p{Script=Han}/u);
      expect(said?.['en']).toMatch(/^[\x20-\x7e’×]+$/);
    }
    expect(body['refusal']).toMatchObject({
      doZh: expect.stringMatching(/\p{Script=Han}/u),
      doEn: expect.stringMatching(/^[\x20-\x7e]+$/),
    });
    expect(await this.head()).toBe(before);
  }
}
