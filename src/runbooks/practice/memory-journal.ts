import type { JournalEntry, JournalEvent } from '../record/journal.js'

export class MemoryJournal {
  #seq = 0

  append(event: JournalEvent): Promise<JournalEntry> {
    this.#seq += 1
    return Promise.resolve({ seq: this.#seq, at: new Date().toISOString(), event })
  }
}
