// The pages that a debtor sees: readable after one request, without script, on a small screen, for everybody.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { DESKTOP, PHONE, SIZES, barriers, hosts, launch, makePages, readCode, shoot, sticksOut, storyPage, tab, weight } from './browser.js';

const LARGEST = 60_000;
const LANGUAGES = ['pl', 'en', 'de', 'uk', 'cs'];
let browser;
let made;

before(async () => {
  made = makePages();
  browser = await launch();
});
after(() => browser?.close());

/** Pages that show a debt or say that there is none to show, by name. */
const pages = () => ({
  pay: { url: made.pay_url, status: 200, words: { pl: 'Do zapłaty teraz', en: 'To pay now', de: 'Jetzt zu zahlen', uk: 'До сплати зараз', cs: 'Nyní k úhradě' } },
  long: { url: made.long_url, status: 200, words: Object.fromEntries(LANGUAGES.map((lang) => [lang, 'Przedsiębiorstwo'])) },
  over: {
    url: made.over_url,
    status: 410,
    words: { pl: 'Wyślij nowy link', en: 'Send a fresh link', de: 'Neuen Link schicken', uk: 'Надіслати нове посилання', cs: 'Poslat nový odkaz' },
  },
  gone: {
    url: made.gone_url,
    status: 404,
    words: {
      pl: 'Ten link już nie działa',
      en: 'This link no longer works',
      de: 'Dieser Link funktioniert nicht mehr',
      uk: 'Це посилання вже не діє',
      cs: 'Tento odkaz už nefunguje',
    },
  },
});

/** Opens what is folded, as a click on each would. */
const openDoors = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));

for (const [name, size] of Object.entries(SIZES)) {
  for (const lang of LANGUAGES) {
    for (const what of ['pay', 'long', 'over', 'gone']) {
      describe(`${what} page, ${lang}, ${name}, without script`, () => {
        let opened;
        let response;
        before(async () => {
          opened = await tab(browser, { size });
          response = await opened.page.goto(lang === 'pl' && !['over', 'gone'].includes(what) ? pages()[what].url : `${pages()[what].url}?lang=${lang}`);
          await shoot(opened.page, `${what}-${lang}-${name}`);
        });
        after(() => opened.close());

        test('one request is enough to read it, and nobody else is asked', () => {
          assert.equal(response.status(), pages()[what].status);
          assert.equal(opened.asked.length, 1, opened.asked.join('\n'));
          assert.deepEqual(hosts(opened.asked), [new URL(made.pay_url).host]);
        });
        test('it says what it is for, in the language that was asked for', async () => {
          const text = await opened.page.locator('body').innerText();
          const word = pages()[what].words[lang];
          assert.ok(text.includes(word), `${word} is not in: ${text}`);
          assert.ok(what !== 'pay' || text.includes('FV/2030/11/0043'), text);
          assert.equal(await opened.page.locator('html').getAttribute('lang'), lang);
          assert.notEqual(await opened.page.title(), '');
        });
        test('nothing sticks out to the side', async () => assert.deepEqual(await sticksOut(opened.page), []));
        test('it weighs less than 60 KB', async () => assert.ok((await weight(response)) < LARGEST));
        test('it may run no script, load nothing, be framed by nobody, and is not kept', () => {
          const policy = response.headers()['content-security-policy'];
          for (const rule of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(policy.includes(rule), policy);
          assert.match(policy, /script-src 'sha256-[A-Za-z0-9+/]{43}=';/, 'no script but its own');
          assert.match(policy, /form-action 'self' https:;/);
          assert.ok(!policy.includes('http:') && !policy.includes("script-src 'unsafe"), policy);
          assert.equal(response.headers()['cache-control'], 'no-store');
          assert.equal(response.headers()['referrer-policy'], 'no-referrer');
          assert.equal(response.headers()['x-content-type-options'], 'nosniff');
          assert.match(response.headers()['x-robots-tag'], /noindex/);
        });
      });
    }
  }
}

test('the page that the story left opens, too', { skip: !storyPage() && 'no story was played on this stack' }, async () => {
  const { page, asked, close } = await tab(browser);
  const response = await page.goto(storyPage());
  await shoot(page, 'story-phone');
  assert.equal(response.status(), 200);
  assert.equal(asked.length, 1);
  assert.deepEqual(await sticksOut(page), []);
  await close();
});

test('a click changes the language to each of the five and back', async () => {
  const { page, close } = await tab(browser);
  await page.goto(made.pay_url);
  await page.getByRole('link', { name: 'English' }).click();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.ok((await page.locator('body').innerText()).includes('1,234.50'));
  for (const [name, lang] of [['Deutsch', 'de'], ['Українська', 'uk'], ['Čeština', 'cs'], ['Polski', 'pl']]) {
    await page.getByRole('link', { name }).click();
    assert.equal(await page.locator('html').getAttribute('lang'), lang);
    assert.equal(await page.locator('nav [aria-current]').innerText(), name);
    assert.equal(await page.locator('nav a').count(), LANGUAGES.length);
  }
  await close();
});

test('every button and link is large enough for a thumb', async () => {
  const { page, close } = await tab(browser);
  for (const { url } of Object.values(pages())) {
    await page.goto(url);
    await openDoors(page);
    for (const one of await page.locator('button, summary, select, input:not([type=hidden]), textarea, a.button, .top a').all()) {
      if (!(await one.isVisible())) continue;
      const box = await one.boundingBox();
      assert.ok(box.height >= 44, `${await one.innerText()}: ${box.height} px`);
    }
  }
  await close();
});

test('axe finds nothing serious, by day and by night', async () => {
  for (const dark of [false, true]) {
    const { page, close } = await tab(browser, { script: true, dark });
    for (const [what, { url }] of Object.entries(pages())) {
      for (const query of LANGUAGES.map((lang) => `?lang=${lang}`)) {
        await page.goto(url + query);
        assert.deepEqual(await barriers(page), [], `${what}${query}`);
        await openDoors(page);
        assert.deepEqual(await barriers(page), [], `${what}${query} with its doors open`);
      }
      if (dark) await shoot(page, `${what}-dark`);
    }
    await close();
  }
});

test('the inbox shows what was sent, asks nobody else, and fits a small screen', async () => {
  for (const [name, size] of Object.entries(SIZES)) {
    const { page, asked, close } = await tab(browser, { size });
    await page.goto(made.inbox_url);
    const mine = page.locator('article', { hasText: `payer@web-${made.run}.example` });
    assert.ok((await mine.count()) > 0, 'the reminder is not in the inbox');
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.deepEqual(await sticksOut(page), []);
    await mine.first().scrollIntoViewIfNeeded();
    const frame = mine.first().frameLocator('iframe').locator('body');
    assert.ok((await frame.innerText()).includes('FV/2030/11/0043'));
    assert.deepEqual(hosts(asked.filter((url) => !url.startsWith('about:'))), [new URL(made.inbox_url).host]);
    await mine.first().screenshot({ path: new URL(`../../.local/screenshots/inbox-${name}.png`, import.meta.url).pathname });
    await close();
  }
});

test('axe finds nothing serious in the inbox', async () => {
  const { page, close } = await tab(browser, { size: DESKTOP, script: true });
  await page.goto(made.inbox_url);
  assert.deepEqual(await barriers(page), []);
  await close();
});

for (const [name, size] of Object.entries(SIZES)) {
  for (const script of [false, true]) {
    for (const lang of LANGUAGES) {
      test(`every door opens and fits, ${lang}, ${name}, ${script ? 'with' : 'without'} script`, async () => {
        const { page, asked, close } = await tab(browser, { size, script });
        await page.goto(`${made.said_url}?lang=${lang}`);
        const doors = page.locator('summary');
        assert.equal(await doors.count(), 7);
        for (const one of await doors.all()) await one.click();
        assert.deepEqual(await sticksOut(page), []);
        await shoot(page, `doors-${lang}-${name}`);
        assert.equal(await page.locator('details button').count(), 8);
        for (const one of await page.locator('details button').all()) assert.ok(await one.isVisible());
        assert.equal(asked.length, 1);
        await close();
      });
    }
  }
}

describe('saying something by clicking, without script, on a phone', () => {
  const SAYS = {
    pl: { door: 'Podaj dzień zapłaty', day: 'Dzień zapłaty', button: 'Zapłacę tego dnia', done: 'Dziękujemy, zapisane', no: 'Nie chcę SMS-ów', gone: 'SMS-ów już nie wysyłamy' },
    en: { door: 'Something is wrong', text: 'What is wrong', button: 'Send', done: 'Thank you, we have received this' },
  };
  test('a promise', async () => {
    const { page, close } = await tab(browser);
    await page.goto(made.said_url);
    const says = SAYS.pl;
    await page.getByText(says.door).click();
    const day = page.locator('#promise input[type=date]');
    await day.fill(await day.getAttribute('max'));
    await page.getByRole('button', { name: says.button }).click();
    assert.ok((await page.locator('[role=status]').innerText()).includes(says.done));
    await shoot(page, 'promised-pl-phone');
    assert.deepEqual(await sticksOut(page), []);
    await close();
  });
  test('a dispute', async () => {
    const { page, close } = await tab(browser);
    await page.goto(`${made.said_url}?lang=en`);
    const says = SAYS.en;
    await page.locator('#dispute summary').click();
    await page.getByLabel(says.text).fill('Two cups are broken');
    await page.locator('#dispute').getByRole('button', { name: says.button }).click();
    assert.ok((await page.locator('[role=status]').innerText()).includes(says.done));
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await shoot(page, 'disputed-en-phone');
    await close();
  });
  test('no more e-mail', async () => {
    const { page, close } = await tab(browser);
    await page.goto(`${made.said_url}?lang=en`);
    await page.locator('#refuse summary').click();
    await page.getByRole('button', { name: 'No more e-mail' }).click();
    assert.ok((await page.locator('body').innerText()).includes('We no longer send you e-mail.'));
    assert.equal(await page.locator('#refuse button').count(), 1);
    await shoot(page, 'refused-en-phone');
    await close();
  });
});

describe('a promise for one of two invoices', () => {
  for (const [name, size] of Object.entries(SIZES)) {
    for (const script of [false, true]) {
      test(`is chosen by its number, ${name}, ${script ? 'with' : 'without'} script`, async () => {
        const { page, close } = await tab(browser, { size, script });
        await page.goto(`${made.pair_url}?lang=en`);
        await page.locator('#promise summary').click();
        const of = page.locator('#promise select');
        const offered = await of.locator('option').allInnerTexts();
        assert.deepEqual(offered, ['all invoices', 'FV/2030/11/0201', 'FV/2030/11/0202']);
        await of.selectOption({ label: 'FV/2030/11/0202' });
        const day = page.locator('#promise input[type=date]');
        await day.fill(await day.getAttribute('max'));
        await page.getByRole('button', { name: 'I will pay on this day' }).click();
        const text = await page.locator('body').innerText();
        assert.match(text, /: FV\/2030\/11\/0202\./);
        assert.deepEqual(await sticksOut(page), []);
        await shoot(page, `promised-one-en-${name}`);
        await close();
      });
    }
  }
});

describe('a link that is over', () => {
  const sent = async () => {
    const { page, close } = await tab(browser, { size: DESKTOP });
    await page.goto(made.inbox_url);
    const count = await page.locator('article', { hasText: made.late_email }).count();
    await close();
    return count;
  };
  test('has one fresh link sent, however often the button is pressed, and tells nobody to whom', async () => {
    const before = await sent();
    for (const [name, size] of Object.entries(SIZES)) {
      for (const script of [false, true]) {
        const { page, close } = await tab(browser, { size, script });
        await page.goto(`${made.over_url}?lang=en`);
        await page.getByRole('button', { name: 'Send a fresh link' }).click();
        const text = await page.locator('body').innerText();
        assert.ok(text.includes('Request received') && !text.includes('Zapolska') && !text.includes(made.late_email), text);
        assert.equal(await page.locator('form').count(), 0);
        if (script) assert.deepEqual(await barriers(page), []);
        assert.deepEqual(await sticksOut(page), []);
        await shoot(page, `asked-en-${name}`);
        await close();
      }
    }
    for (let tries = 0; tries < 40 && (await sent()) === before; tries += 1) await new Promise((done) => setTimeout(done, 500));
    assert.equal(await sent(), before + 1);
  });
});

describe("the creditor's brand", () => {
  for (const dark of [false, true]) {
    for (const [name, size] of Object.entries(SIZES)) {
      test(`colours the page and can be read, ${dark ? 'dark' : 'light'}, ${name}`, async () => {
        const { page, asked, close } = await tab(browser, { size, script: true, dark });
        await page.goto(made.brand_url);
        const logo = page.locator('img.logo');
        assert.ok((await logo.evaluate((one) => one.complete && one.naturalWidth)) > 0, 'the logo is shown');
        assert.equal(await logo.getAttribute('alt'), '', 'the name stands beside it');
        const painted = await page.getByRole('button', { name: 'Zapłać' }).first().evaluate((one) => getComputedStyle(one).backgroundColor);
        if (dark) assert.notEqual(painted, 'rgb(122, 31, 92)', 'on a dark screen it is lightened');
        else assert.equal(painted, 'rgb(122, 31, 92)');
        assert.equal(hosts(asked).length, 1, 'nobody else is asked');
        for (const lang of LANGUAGES) {
          await page.goto(`${made.brand_url}?lang=${lang}`);
          await openDoors(page);
          assert.deepEqual(await barriers(page), [], lang);
          assert.deepEqual(await sticksOut(page), [], lang);
        }
        await shoot(page, `brand-${dark ? 'dark' : 'light'}-${name}`);
        await close();
      });
    }
  }
  test('is nowhere on a page that shows nobody', async () => {
    const { page, close } = await tab(browser);
    await page.goto(made.gone_url);
    assert.equal(await page.locator('img').count(), 0);
    await close();
  });
});

describe('a transfer', () => {
  const ACCOUNT = 'PL61109010140000071219812874';
  const title = 'FV/2030/11/0101, FV/2030/11/0102';
  test('its code says in a banking app what the page asks for', async () => {
    const { page, close } = await tab(browser, { size: DESKTOP, dark: true });
    await page.goto(made.part_url);
    const [text, ...more] = await readCode(page.locator('figure'));
    assert.deepEqual(more, []);
    const [nip, country, account, grosze, recipient, of, ...reserved] = text.split('|');
    assert.deepEqual([nip, country, account, grosze, of], ['', 'PL', ACCOUNT.slice(2), '035000', title]);
    assert.equal(recipient, 'Sklep Papierniczy ,,');
    assert.deepEqual(reserved, ['', '', '']);
    await close();
  });
  test('account, amount and title are copied by a click, and the button says so', async () => {
    const { page, close } = await tab(browser, { script: true });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(made.part_url);
    const buttons = page.getByRole('button', { name: 'Kopiuj' });
    assert.equal(await buttons.count(), 3);
    for (const [index, copied] of [ACCOUNT, '350,00', title].entries()) {
      await page.locator('button.copy').nth(index).click();
      await page.locator('button.copy').nth(index).filter({ hasText: 'Skopiowane' }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), copied);
    }
    for (const one of await page.locator('button.copy').all()) {
      const [own, line] = [await one.boundingBox(), await one.locator('..').boundingBox()];
      const wraps = own.y > line.y + 30;
      assert.ok(!wraps || Math.abs(own.x - line.x) < 1, 'where it wraps it stands in line');
    }
    assert.deepEqual(await sticksOut(page), []);
    await shoot(page, 'copied-pl-phone');
    await close();
  });
  test('without script nothing is offered that would not work', async () => {
    const { page, close } = await tab(browser);
    await page.goto(made.part_url);
    assert.equal(await page.locator('button.copy:visible').count(), 0);
    await close();
  });
});

describe('paying a part by clicking, without script, on a phone', () => {
  const PAY = { pl: 'Zapłać', part: 'Zapłać tę część', door: 'Zapłać część' };
  test('more than is open is refused, and the page says how much may be paid', async () => {
    const { page, close } = await tab(browser);
    await page.goto(made.part_url);
    await page.getByText(PAY.door).click();
    await page.locator('.part').getByLabel('Za co').selectOption({ label: 'FV/2030/11/0102, 250,00 zł' });
    await page.locator('.part').getByLabel('Kwota').fill('250,01');
    await page.getByRole('button', { name: PAY.part }).click();
    const said = (await page.locator('[role=alert]').innerText()).replaceAll('\u00a0', ' ');
    assert.ok(said.includes('250,00 zł') && said.includes('Tej kwoty nie możemy przyjąć') && !said.includes('Nie zapisaliśmy'), said);
    await shoot(page, 'part-refused-pl-phone');
    assert.deepEqual(await sticksOut(page), []);
    await close();
  });
  test('a part of one invoice is paid, and page and code ask for the rest', async () => {
    const { page, close } = await tab(browser);
    await page.goto(`${made.part_url}?lang=en`);
    await page.locator('details.part summary').click();
    await page.locator('.part select').selectOption({ index: 2 });
    await page.locator('.part').getByLabel('Amount').fill('50.5');
    await page.getByRole('button', { name: 'Pay this part' }).click();
    assert.ok((await page.locator('body').innerText()).includes('50.50'));
    await page.getByRole('button', { name: 'Pay' }).first().click();
    const text = (await page.locator('body').innerText()).replaceAll('\u00a0', ' ');
    assert.ok(text.includes('PLN 299.50') && text.includes('PLN 199.50'), text);
    await shoot(page, 'part-paid-en-phone');
    assert.equal((await readCode(page.locator('figure')))[0].split('|')[3], '029950');
    await close();
  });
  test('one invoice is paid whole where no amount is typed', async () => {
    const { page, close } = await tab(browser);
    await page.goto(made.part_url);
    await page.getByText(PAY.door).click();
    await page.locator('.part').getByLabel('Za co').selectOption({ index: 1 });
    await page.getByRole('button', { name: PAY.part }).click();
    await page.getByRole('button', { name: PAY.pl }).first().click();
    assert.equal((await readCode(page.locator('figure')))[0].split('|')[3], '019950');
    assert.ok(!(await page.locator('body').innerText()).includes('FV/2030/11/0101'));
    await close();
  });
});

// Last, since it pays: nothing is owed afterwards.
describe('paying by clicking, without script, on a phone', () => {
  let opened;
  before(async () => {
    opened = await tab(browser, { size: PHONE });
  });
  after(() => opened.close());
  const isBack = () => /^\?lang=pl&checkout=up-[a-z2-7]{24}$/.test(opened.page.url().replace(made.pay_url, ''));
  const text = () => opened.page.locator('body').innerText();
  const invoices = async (closed) => {
    const answer = await fetch(`${made.invoices_url}?closed=${closed}`, { headers: { authorization: `Bearer ${made.token}` } });
    return (await answer.json()).data;
  };

  test('opening the page twice changes nothing', async () => {
    const before = await invoices(false);
    for (let i = 0; i < 2; i += 1) await opened.page.goto(made.pay_url);
    assert.deepEqual(await invoices(false), before);
    assert.equal(before.length, 2);
  });
  test('a payment that is declined leaves everything as it was', async () => {
    await opened.page.goto(made.pay_url);
    await opened.page.getByRole('button', { name: 'Zapłać' }).click();
    await shoot(opened.page, 'checkout-pl-phone');
    assert.deepEqual(await sticksOut(opened.page), []);
    assert.ok((await text()).includes('to nie są prawdziwe pieniądze'));
    await opened.page.getByRole('button', { name: 'Odmów' }).click();
    await shoot(opened.page, 'declined-pl-phone');
    assert.ok(isBack(), opened.page.url());
    assert.ok((await text()).includes('Płatność się nie udała'));
    assert.equal(await opened.page.getByRole('button', { name: 'Zapłać' }).count(), 1, 'it can be tried again');
    assert.equal((await invoices(false)).length, 2);
  });
  test('a payment that takes its time is under way, and no second one is offered', async () => {
    await opened.page.goto(made.pay_url);
    await opened.page.getByRole('button', { name: 'Zapłać' }).click();
    const checkout = opened.page.url();
    await opened.page.getByRole('button', { name: 'później potwierdź' }).click();
    await shoot(opened.page, 'underway-pl-phone');
    assert.ok((await text()).includes('Płatność jest przetwarzana'));
    assert.equal(await opened.page.getByRole('button').count(), 0);
    await opened.page.getByRole('link', { name: 'Odśwież' }).click();
    assert.ok((await text()).includes('Płatność jest przetwarzana'));
    await opened.page.goto(checkout);
    await opened.page.getByRole('button', { name: 'Odmów' }).click();
    assert.ok((await text()).includes('Płatność się nie udała'));
  });
  test('the checkout asks for what the page asked for', async () => {
    await opened.page.goto(made.pay_url);
    const asked = await opened.page.getByRole('button', { name: 'Zapłać' }).innerText();
    await opened.page.getByRole('button', { name: 'Zapłać' }).click();
    assert.equal(await opened.page.getByRole('button', { name: 'Zapłać' }).first().innerText(), asked);
  });
  test('paying leads back to a page that says that it is paid, until nothing is owed', async () => {
    for (let i = 0; i < 3 && !(await text()).includes('Wszystko opłacone'); i += 1) {
      if (!opened.page.url().includes('/sandbox/')) await opened.page.getByRole('button', { name: 'Zapłać' }).click();
      await opened.page.getByRole('button', { name: 'Zapłać' }).first().click();
      assert.ok(isBack(), opened.page.url());
      assert.ok((await text()).includes('Płatność dotarła'), 'it says thanks while something is still open, too');
      await shoot(opened.page, `paid-${i + 1}-pl-phone`);
    }
    assert.ok((await text()).includes('Wszystko opłacone'), await text());
    assert.equal(await opened.page.getByRole('button').count(), 0);
    assert.deepEqual((await invoices(false)).length, 0);
    assert.deepEqual((await invoices(true)).map((one) => one.status), ['paid', 'paid']);
  });
  test('the way back of the browser pays nothing again', async () => {
    await opened.page.goBack();
    await opened.page.goto(made.pay_url);
    assert.ok((await text()).includes('Wszystko opłacone'));
    assert.equal((await invoices(true)).every((one) => one.open.minor === 0), true);
  });
  test('nobody else was asked on the whole way', () => assert.deepEqual(hosts(opened.asked), [new URL(made.pay_url).host]));
});
