// A screen that breaks takes nothing else along: the frame stays, and the program goes on.
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorState } from '../ui'

export class ScreenBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return <Broken onRetry={() => this.setState({ failed: false })} />
  }
}

function Broken({ onRetry }: { onRetry(): void }) {
  const { t } = useTranslation('app')
  return <ErrorState message={t('broken.message')} effect={t('broken.effect')} onRetry={onRetry} />
}
