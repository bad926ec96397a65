/** What a meeting leaves behind: what was said in it, and summaries of that. Offsets are seconds since the meeting's start. */
export interface TranscriptLine {
  segmentId: string;
  peerId?: string;
  speaker: string;
  start: number;
  end: number;
  timestamp: string;
  text: string;
  confidence?: number;
  language: string;
  revision: number;
  /** The name before it was corrected. */
  spokenAs?: string;
}

export interface TranscriptPage {
  meetingId: string;
  /** Grows with every change; 0 if nothing was said. */
  revision: number;
  /** The whole of it as WebVTT, for players; expires. */
  transcriptUrl?: string;
  items: TranscriptLine[];
  nextCursor?: string;
}

export interface EvidenceQuote {
  segmentId: string;
  quote: string;
  speaker: string;
  start: number;
  end: number;
  /** The words in it that gave the due date. */
  due?: string;
}

export interface ActionItem {
  assignee: string | null;
  task: string;
  /** yyyy-MM-dd, only if a day was named. */
  dueDate?: string;
}

export interface Summary {
  summaryId: string;
  meetingId: string;
  keyPoints: string[];
  decisions: string[];
  actionItems: ActionItem[];
  /** For each item, at the same place, what was said; absent once the transcript is deleted. */
  evidence?: { keyPoints: EvidenceQuote[][]; decisions: EvidenceQuote[][]; actionItems: EvidenceQuote[][] };
  version: number;
  origin: 'generated' | 'edited';
  engine: string;
  createdAt: string;
  /** The transcript has changed since. */
  outdated?: boolean;
  notices?: string[];
  /** For each item, at the same place, whether it was written or changed by hand; absent if none was. */
  edited?: { keyPoints: boolean[]; decisions: boolean[]; actionItems: boolean[] };
}

/** Lists that take the place of a summary's, or an earlier version that becomes the newest again. */
export interface SummaryEdit {
  keyPoints?: string[];
  decisions?: string[];
  actionItems?: ActionItem[];
  restore?: number;
  /** Fails with `summary-changed` unless this is the newest version. */
  version?: number;
}
