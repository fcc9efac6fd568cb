import { runFacts } from '../wording/run-facts.js'
import type { Section } from './ink.js'

/** Which run this is. */
export const header: Section = (document, ink) => {
  const { name, version } = document.tool
  return [ink.write(`${name} ${version}`, 'strong'), ...ink.prose(runFacts(document).join(' · '), 0, 'faint')]
}
