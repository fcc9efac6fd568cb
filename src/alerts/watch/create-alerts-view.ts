import type { AlertsView, AlertsViewOptions } from './alerts-view.js'

/** Opens a view. What draws is loaded when it is wanted. */
export async function createAlertsView(options: AlertsViewOptions): Promise<AlertsView> {
  if (options.mode === 'live') return (await import('./live-alerts-view.js')).liveAlertsView(options)
  return (await import('./plain-alerts-view.js')).plainAlertsView(options)
}
