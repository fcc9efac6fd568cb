import { charts } from './style/charts.js'
import { colours } from './style/colours.js'
import { details } from './style/details.js'
import { list } from './style/list.js'
import { paper } from './style/paper.js'
import { structure } from './style/structure.js'

/** The page's stylesheet. No element has a style of its own: the policy of the page forbids it. */
export const style = [colours, structure, details, list, charts, paper].join('')
