import type { Section } from './ink.js'

/** What is to be known of the run as a whole. */
export const noticeSection: Section = ({ notices = [] }, ink) => {
  if (notices.length === 0) return []
  return [
    ink.write(`Notices (${notices.length})`, 'strong'),
    ...notices.flatMap((notice) => ink.prose(notice, 2, 'doubtful')),
  ]
}
