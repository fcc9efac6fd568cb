import { z } from 'zod'
import { hasTemplate } from '../../definitions/template/segments.js'

export const text = () => z.string().refine((value) => value.trim() !== '', 'must not be blank')

/** Text for people, shown unchanged. */
export const plainText = () =>
  text().refine(
    (value) => !hasTemplate(value),
    '${{ … }} is not resolved here: use it in probe inputs, messages and defaults',
  )
