import { isSeq, parseDocument } from 'yaml'

/** A waiver as it is written into a file. */
export interface WaiverEntry {
  readonly check: string
  readonly reason: string
  readonly owner: string
  readonly ticket: string
  readonly expires: string
  readonly profiles: readonly string[]
  readonly deployment?: string
}

const newFile =
  '# Approved exceptions: a check that may fail until a day. Everybody who reads this file sees what is let through, and who answers for it.\nwaivers: []\n'

/**
 * The text of a waiver file with one more entry; comments and the way things are written stay. @param before a file
 * without a mistake, or none
 */
export function withEntry(before: Uint8Array | undefined, entry: WaiverEntry): string {
  const document = parseDocument(before === undefined ? newFile : new TextDecoder().decode(before), {
    version: '1.2',
    schema: 'core',
  })
  const list = document.get('waivers')
  if (!isSeq(list)) throw new TypeError('a waiver file without a list was taken for a whole one')
  // In braces and brackets a long list is hard to review.
  if (list.items.length === 0) list.flow = false
  const node = document.createNode(entry)
  const profiles = node.get('profiles')
  if (isSeq(profiles)) profiles.flow = true
  list.add(node)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
