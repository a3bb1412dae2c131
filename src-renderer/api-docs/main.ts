// The browsable page of the API, at /api/docs: RapiDoc over /api/openapi.json.
import 'rapidoc'

const page = document.createElement('rapi-doc')
const attributes = {
  'spec-url': '/api/openapi.json',
  theme: 'dark',
  'bg-color': '#0d1117',
  'text-color': '#e8edf3',
  'primary-color': '#2dd4bf',
  'render-style': 'read',
  'schema-style': 'table',
  'show-header': 'false',
  'allow-server-selection': 'false',
  'load-fonts': 'false',
  'regular-font': 'system-ui, sans-serif',
}
for (const [name, value] of Object.entries(attributes)) page.setAttribute(name, value)
document.body.append(page)
