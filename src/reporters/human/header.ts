import type { Section } from './ink.js'

/** Which run this is: of what, where, when. */
export const header: Section = ({ tool, run }, ink) => {
  const place = run.deployment === null ? run.host : `${run.deployment} from ${run.host}`
  const commit = run.git === null ? [] : [`commit ${run.git.commit.slice(0, 12)}${run.git.dirty ? ' (with changes)' : ''}`]
  const facts = [`profile ${run.profile}`, place, run.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'), ...commit, `run ${run.id}`]
  return [ink.write(`${tool.name} ${tool.version}`, 'strong'), ...ink.prose(facts.join(' · '), 0, 'faint')]
}
