import { describe, expect, it } from 'vitest';
import { groupMessages } from '../src/chat/groups.js';
import { linkify } from '../src/chat/linkify.js';
import { duration } from '../src/meeting/toolbar/Clock.js';
import { colorIndex, initials, nameList } from '../src/util/names.js';

describe('links in chat', () => {
  const links = (text: string): string[] => linkify(text).flatMap(({ href }) => href ?? []);

  it.each([
    ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
    ['(https://example.org)', ['https://example.org']],
    ['https://en.wikipedia.org/wiki/Coffee_(drink)', ['https://en.wikipedia.org/wiki/Coffee_(drink)']],
    ['http://a.test, https://b.test!', ['http://a.test', 'https://b.test']],
    ['HTTPS://EXAMPLE.ORG', ['HTTPS://EXAMPLE.ORG']],
    ['no link here', []],
    ['https://', []],
  ])('%s', (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it.each(['javascript:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'file:///etc/passwd', 'java\nscript:https'])('never links %s', (text) => {
    expect(links(text)).toEqual([]);
  });

  it('loses no character', () => {
    for (const text of ['a https://x.test/ b', 'https://x.test', '<b>https://x.test</b>', 'x https://[ y', '...https://x.test...']) {
      expect(
        linkify(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }
  });

  it('ends a link before a character that reverses the writing', () => {
    expect(links('https://good.test/\u202egpj.exe')).toEqual(['https://good.test/']);
  });
});

describe('groups of messages', () => {
  const message = (id: string, peerId: string, second: number, isOwn = false) => ({
    id,
    from: peerId,
    peerId,
    text: id,
    time: new Date(second * 1000),
    isOwn,
    pending: false,
  });

  it('joins what one person says in one breath', () => {
    const groups = groupMessages([message('1', 'bob', 0), message('2', 'bob', 10), message('3', 'eve', 20), message('4', 'bob', 30), message('5', 'bob', 900)]);
    expect(groups.map(({ messages }) => messages.map(({ id }) => id))).toEqual([['1', '2'], ['3'], ['4'], ['5']]);
  });

  it('keeps two people of the same name apart', () => {
    const groups = groupMessages([
      { ...message('1', 'a', 0), from: 'Guest' },
      { ...message('2', 'b', 1), from: 'Guest' },
    ]);
    expect(groups).toHaveLength(2);
  });
});

describe('names', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['Edsger W. Dijkstra', 'ED'],
    ['  ', '?'],
    ['山田 太郎', '山太'],
    ['👩‍🚀', '👩'],
  ])('%s has the initials %s', (name, expected) => {
    expect(initials(name)).toBe(expected);
  });

  it('gives a name the same colour every time', () => {
    expect(colorIndex('Ada', 8)).toBe(colorIndex('Ada', 8));
    expect(new Set(['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hal'].map((name) => colorIndex(name, 8))).size).toBeGreaterThan(3);
  });

  it('lists names as one speaks', () => {
    expect([['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B', 'C', 'D', 'E']].map(nameList)).toEqual(['A', 'A and B', 'A, B and C', 'A, B and 3 others']);
  });
});

it('tells durations', () => {
  expect([0, 59_999, 60_000, 3_599_000, 3_600_000, 36_061_000].map(duration)).toEqual(['0:00', '0:59', '1:00', '59:59', '1:00:00', '10:01:01']);
});
