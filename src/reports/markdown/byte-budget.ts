/**
 * Blocks of Markdown with an empty line between them, as many as fit. Each stands for itself, so that what is left is
 * whole; that
 * something was left out is said.
 *
 * @param longest characters of the whole; more than the first block and the note take
 */
export function joinWithin(blocks: readonly string[], longest: number): string {
  const whole = `${blocks.join('\n\n')}\n`
  if (whole.length <= longest) return whole
  const kept: string[] = []
  let room = longest - note(blocks.length).length
  for (const block of blocks) {
    room -= block.length + 2
    if (room < 0) break
    kept.push(block)
  }
  return `${[...kept, note(blocks.length - kept.length)].join('\n\n')}\n`
}

function note(count: number): string {
  return `**${count} more paragraphs do not fit here: the result document has them all.**`
}
