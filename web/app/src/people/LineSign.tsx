import type { QualityLevel } from '@tertulia/client';
import { SignalLow, SignalZero } from 'lucide-react';
import type { ReactNode } from 'react';

/** What is worth saying about somebody's line; null while it is good enough. */
export function lineText(quality: QualityLevel): string | null {
  return quality === 'lost' ? 'connection lost' : quality === 'poor' ? 'weak connection' : null;
}

/** A sign for a line that is weak or gone, so that nobody takes it for one's own. */
export function LineSign({ quality, size, className }: { quality: QualityLevel; size: number; className?: string | undefined }): ReactNode {
  const text = lineText(quality);
  if (!text) return null;
  const Icon = quality === 'lost' ? SignalZero : SignalLow;
  return <Icon size={size} role="img" aria-label={text} className={className} data-testid="line" data-quality={quality} />;
}
