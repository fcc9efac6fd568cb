/** A noun of a message behind its article: `a result`, `an undo`. By its first letter, as all nouns of messages go. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`
}

/** How many of something: `1 pack`, `2 packs`. For nouns whose plural ends in an `s` alone. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
