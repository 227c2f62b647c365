import { hydrateRoot } from 'react-dom/client';
import { bodyOf, type Shown } from './pages.js';
import { say } from './words.js';
import './style.css';

const root = document.getElementById('root');
const shown = document.getElementById('shown')?.textContent;
if (root && shown) {
  const all = JSON.parse(shown) as Shown;
  hydrateRoot(root, bodyOf(all));
  tellOfNews(all.around);
}

/** The ledger has grown: said, and shown when the reader wants it; what he reads does not move under him. */
function tellOfNews({ plan, place }: Shown['around']): void {
  if (place.known !== undefined) return;
  const query = `subscription { ledgerAppended(planKey: ${JSON.stringify(plan.key)}) { position } }`;
  const events = new EventSource(`/graphql?query=${encodeURIComponent(query)}`);
  events.addEventListener('next', () => {
    if (document.getElementById('news')) return;
    const news = document.createElement('a');
    news.id = 'news';
    news.href = location.href;
    news.setAttribute('role', 'status');
    news.textContent = say(place.language)('newEntries');
    document.body.append(news);
  });
  addEventListener('pagehide', () => {
    events.close();
  });
}
