// Text in two languages: one JSON file per feature and language in ../messages, its name is the namespace.
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export const languages = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof languages

const storageKey = 'wavedesk.language'
const files = import.meta.glob<Record<string, unknown>>('../messages/*/*.json', { eager: true, import: 'default' })

type Resources = Record<string, Record<string, Record<string, unknown>>>

function resources(): Resources {
  const all: Resources = {}
  for (const [path, messages] of Object.entries(files)) {
    const [language = '', file = ''] = path.split('/').slice(-2)
    all[language] = { ...all[language], [file.replace(/\.json$/, '')]: messages }
  }
  return all
}

function preferred(): Language {
  const saved = localStorage.getItem(storageKey)
  const wanted = saved ?? navigator.language.slice(0, 2)
  return wanted in languages ? (wanted as Language) : 'en'
}

/** Must run before anything is drawn. */
export async function startTexts(): Promise<void> {
  const language = preferred()
  await i18next.use(initReactI18next).init({
    resources: resources(),
    lng: language,
    fallbackLng: 'en',
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(storageKey, language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** For text outside React; inside, use react-i18next's `useTranslation('feature')`. */
export const translate = (key: string, values?: Record<string, unknown>): string => i18next.t(key, values ?? {})
