import { z } from 'zod'
import { parseDuration } from '../base/time/duration.js'

/** A duration among a kind's inputs: text with its unit in YAML (`500ms`, `2s`), whole milliseconds for the probe. */
export const durationInput = () =>
  z.string().transform((text, context) => {
    const milliseconds = parseDuration(text)
    if (milliseconds !== undefined) return milliseconds
    context.addIssue({ code: 'custom', message: 'a duration with its unit is needed, such as 500ms, 2s or 5m' })
    return z.NEVER
  })
