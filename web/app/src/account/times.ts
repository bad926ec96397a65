const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const day = (iso: string): string => days.format(new Date(iso));

export const moment = (iso: string): string => moments.format(new Date(iso));
