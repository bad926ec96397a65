import type { Summary, TranscriptLine } from '@tertulia/client';
import { describe, expect, it } from 'vitest';
import { draftOf, editOf, newAction, newText } from '../src/review/draft.js';
import { actionsAsMarkdown, clock, marked, search } from '../src/review/text.js';
import { parseRoute } from '../src/routing/address.js';

const line = (segmentId: string, text: string): TranscriptLine => ({
  segmentId, speaker: 'Ada', start: 0, end: 1, timestamp: '2026-03-02T09:00:00.000Z', text, language: 'en', revision: 1,
});

describe('the review page', () => {
  it.each([
    [0, '0:00'],
    [83.9, '1:23'],
    [3683, '1:01:23'],
    [-1, '0:00'],
  ])('shows %d seconds as %s', (seconds, expected) => {
    expect(clock(seconds)).toBe(expected);
  });

  it('finds lines that have all the words, in whatever case', () => {
    const lines = [line('a', 'The Budget is (100%) spent'), line('b', 'budget'), line('c', 'Größe')];
    expect(search(lines, ' SPENT budget ').map(({ segmentId }) => segmentId)).toEqual(['a']);
    expect(search(lines, 'größe').map(({ segmentId }) => segmentId)).toEqual(['c']);
    expect(search(lines, '')).toBe(lines);
  });

  it('marks what was looked for, also where it looks like a pattern', () => {
    expect(marked('a (100%) b', '(100%)')).toEqual([
      { text: 'a ', isHit: false },
      { text: '(100%)', isHit: true },
      { text: ' b', isHit: false },
    ]);
    expect(marked('text', '')).toEqual([{ text: 'text', isHit: false }]);
  });

  it('writes action items that stay text', () => {
    expect(
      actionsAsMarkdown([
        { assignee: 'Ada', task: 'Send *it*', dueDate: '2026-03-06' },
        { assignee: null, task: '<b>[x](y)\n# z' },
      ]),
    ).toBe('- [ ] **Ada**: Send \\*it\\* (by 2026-03-06)\n- [ ] \\<b\\>\\[x\\](y) \\# z\n');
  });

  it('has an address', () => {
    expect(parseRoute('/review/mtg_0123456789ab')).toEqual({ page: 'review', meetingId: 'mtg_0123456789ab' });
  });
});

describe('the editor of a summary', () => {
  const summary: Summary = {
    summaryId: 'sum_1', meetingId: 'mtg_1', version: 3, origin: 'generated', engine: 'rules', createdAt: '2026-03-02T09:00:00.000Z',
    keyPoints: ['one', 'two'], decisions: ['yes'], actionItems: [{ assignee: null, task: 'write', dueDate: '2026-03-06' }, { assignee: 'Ada', task: 'call' }],
  };

  it('sends nothing when nothing has changed, however often it was touched', () => {
    const draft = draftOf(summary);
    expect(editOf(draft, summary)).toBeNull();
    expect(editOf({ ...draft, keyPoints: [...draft.keyPoints, newText('  ')], actionItems: [...draft.actionItems, newAction()] }, summary)).toBeNull();
  });

  it('sends the lists that changed, in one line each, and no other', () => {
    const draft = draftOf(summary);
    const [first, second] = draft.actionItems;
    const edit = editOf({ ...draft, decisions: [newText(' yes,\n but later ')], actionItems: [{ ...first!, assignee: ' Ben ', dueDate: '' }, second!] }, summary);
    expect(edit).toEqual({ decisions: ['yes, but later'], actionItems: [{ assignee: 'Ben', task: 'write' }, { assignee: 'Ada', task: 'call' }] });
    expect(editOf({ ...draft, keyPoints: draft.keyPoints.slice(1) }, summary)).toEqual({ keyPoints: ['two'] });
  });
});
