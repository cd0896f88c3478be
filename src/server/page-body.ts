/** The page before the script has asked for anything. */

export const PAGE_BODY = `<a class="skip" id="skip" href="#main">Skip to the content</a>
<header>
<div class="top">
<a class="brand" href="#/">Skills</a>
<p class="where" id="where"></p>
<nav aria-label="Views">
<a href="#/">Coverage</a>
<a href="#/profiles">Profiles</a>
<a href="/api/reports/impact" id="csv" download="skill_impact_report.csv">Report as CSV</a>
</nav>
</div>
<form role="search" id="search" autocomplete="off">
<label for="q">Find a skill</label>
<input id="q" type="search" maxlength="200" placeholder="Find a skill by name or profile" autocapitalize="none" spellcheck="false" enterkeyhint="search" aria-describedby="found">
</form>
<p class="age" id="age"></p>
</header>
<p class="caution" id="caution" role="status" hidden></p>
<p class="hidden" id="found" role="status"></p>
<main id="main" tabindex="-1">
<noscript><p class="caution">This page needs JavaScript. The same facts are at /api/skills/search?q= and in the terminal with genesys-skills search.</p></noscript>
</main>
<footer><p>Made by genesys-skills. It names people: share it only where they may be named.</p></footer>`;
