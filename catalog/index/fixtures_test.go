package index

// Pages of one folder as several servers write them: two folders, a song with
// odd characters in its name, another whose name is cut in the shown text, a
// picture and a text.

const nginxHTML = `<html>
<head><title>Index of /music/</title></head>
<body>
<h1>Index of /music/</h1><hr><pre><a href="../">../</a>
<a href="Live/">Live/</a>                                              03-Feb-2024 10:20                   -
<a href="100%25%20Blue/">100% Blue/</a>                                        03-Feb-2024 10:20                   -
<a href="01%20-%20Rain%20%26%20%3CSnow%3E%20%231%3F.mp3">01 - Rain &amp; &lt;Snow&gt; #1?.mp3</a>                          03-Feb-2024 10:21             4321098
<a href="a-song-whose-name-is-too-long-for-the-column-of-names.flac">a-song-whose-name-is-too-long-for-the-column-of..&gt;</a> 03-Feb-2024 10:22            12345678
<a href="Front.JPG">Front.JPG</a>                                          03-Feb-2024 10:23               54321
<a href="notes.txt">notes.txt</a>                                          03-Feb-2024 10:24                  12
</pre><hr></body>
</html>
`

const nginxRounded = `<html>
<head><title>Index of /music/</title></head>
<body>
<h1>Index of /music/</h1><hr><pre><a href="../">../</a>
<a href="Live/">Live/</a>                                              03-Feb-2024 10:20       -
<a href="100%25%20Blue/">100% Blue/</a>                                        03-Feb-2024 10:20       -
<a href="01%20-%20Rain%20%26%20%3CSnow%3E%20%231%3F.mp3">01 - Rain &amp; &lt;Snow&gt; #1?.mp3</a>                          03-Feb-2024 10:21      4M
<a href="a-song-whose-name-is-too-long-for-the-column-of-names.flac">a-song-whose-name-is-too-long-for-the-column-of..&gt;</a> 03-Feb-2024 10:22     12M
<a href="Front.JPG">Front.JPG</a>                                          03-Feb-2024 10:23     53K
<a href="notes.txt">notes.txt</a>                                          03-Feb-2024 10:24      12
</pre><hr></body>
</html>
`

const nginxJSON = `[
{ "name":"Live", "type":"directory", "mtime":"Sat, 03 Feb 2024 10:20:00 GMT" },
{ "name":"100% Blue", "type":"directory", "mtime":"Sat, 03 Feb 2024 10:20:00 GMT" },
{ "name":"01 - Rain & <Snow> #1?.mp3", "type":"file", "mtime":"Sat, 03 Feb 2024 10:21:00 GMT", "size":4321098 },
{ "name":"a-song-whose-name-is-too-long-for-the-column-of-names.flac", "type":"file", "mtime":"Sat, 03 Feb 2024 10:22:00 GMT", "size":12345678 },
{ "name":"Front.JPG", "type":"file", "mtime":"Sat, 03 Feb 2024 10:23:00 GMT", "size":54321 },
{ "name":"notes.txt", "type":"file", "mtime":"Sat, 03 Feb 2024 10:24:00 GMT", "size":12 }
]`

const caddyJSON = `[{"name":"Live/","size":4096,"url":"./Live/","mod_time":"2024-02-03T10:20:00Z","mode":2147484141,"is_dir":true,"is_symlink":false},` +
	`{"name":"100% Blue/","size":4096,"url":"./100%25%20Blue/","mod_time":"2024-02-03T10:20:00Z","mode":134218239,"is_dir":true,"is_symlink":true},` +
	`{"name":"01 - Rain \u0026 \u003cSnow\u003e #1?.mp3","size":4321098,"url":"./01%20-%20Rain%20\u0026%20%3CSnow%3E%20%231%3F.mp3",` +
	`"mod_time":"2024-02-03T11:21:00+01:00","mode":420,"is_dir":false,"is_symlink":false},` +
	`{"name":"a-song-whose-name-is-too-long-for-the-column-of-names.flac","size":12345678,"url":"./a-song-whose-name-is-too-long-for-the-column-of-names.flac",` +
	`"mod_time":"2024-02-03T10:22:00Z","mode":420,"is_dir":false,"is_symlink":false},` +
	`{"name":"Front.JPG","size":54321,"url":"./Front.JPG","mod_time":"2024-02-03T10:23:00Z","mode":420,"is_dir":false,"is_symlink":false},` +
	`{"name":"notes.txt","size":12,"url":"./notes.txt","mod_time":"2024-02-03T10:24:00Z","mode":420,"is_dir":false,"is_symlink":false}]
`

const apachePlain = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html>
 <head>
  <title>Index of /music</title>
 </head>
 <body>
<h1>Index of /music</h1>
<ul><li><a href="/"> Parent Directory</a></li>
<li><a href="Live/"> Live/</a></li>
<li><a href="100%25%20Blue/"> 100% Blue/</a></li>
<li><a href="01%20-%20Rain%20&amp;%20%3cSnow%3e%20%231%3f.mp3"> 01 - Rain &amp; &lt;Snow&gt; #1?.mp3</a></li>
<li><a href="a-song-whose-name-is-too-long-for-the-column-of-names.flac"> a-song-whose-name-is-too-long-for-the-column-of-names.flac</a></li>
<li><a href="Front.JPG"> Front.JPG</a></li>
<li><a href="notes.txt"> notes.txt</a></li>
</ul>
</body></html>
`

const apacheFancy = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html>
 <head>
  <title>Index of /music</title>
 </head>
 <body>
<h1>Index of /music</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <a href="?C=D;O=A">Description</a><hr><img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="/">Parent Directory</a>                             -   
<img src="/icons/folder.gif" alt="[DIR]"> <a href="Live/">Live/</a>                   2024-02-03 10:20    -   
<img src="/icons/folder.gif" alt="[DIR]"> <a href="100%25%20Blue/">100% Blue/</a>              2024-02-03 10:20    -   
<img src="/icons/sound2.gif" alt="[SND]"> <a href="01%20-%20Rain%20&amp;%20%3cSnow%3e%20%231%3f.mp3">01 - Rain &amp; &lt;Snow&gt; #..&gt;</a> 2024-02-03 10:21  4.1M  
<img src="/icons/sound2.gif" alt="[SND]"> <a href="a-song-whose-name-is-too-long-for-the-column-of-names.flac">a-song-whose-name-is..&gt;</a> 2024-02-03 10:22   12M  
<img src="/icons/image2.gif" alt="[IMG]"> <a href="Front.JPG">Front.JPG</a>               2024-02-03 10:23   53K  
<img src="/icons/text.gif" alt="[TXT]"> <a href="notes.txt">notes.txt</a>               2024-02-03 10:24   12   
<hr></pre>
<address>Apache/2.4 Server at music.example.org Port 80</address>
</body></html>
`

const apacheTable = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
<html>
 <head>
  <title>Index of /music</title>
 </head>
 <body>
<h1>Index of /music</h1>
  <table>
   <tr><th valign="top">&nbsp;</th><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th><th><a href="?C=S;O=A">Size</a></th></tr>
<tr><td valign="top">&nbsp;</td><td><a href="/">Parent Directory</a></td><td>&nbsp;</td><td align="right">  - </td></tr>
<tr><td valign="top"><a href="Live/"><img src="/icons/folder.gif"></a></td><td><a href="Live/">Live/</a></td><td align="right">2024-02-03 10:20  </td><td align="right">  - </td></tr>
<tr><td valign="top"><a href="100%25%20Blue/"><img src="/icons/folder.gif"></a></td><td><a href="100%25%20Blue/">100% Blue/</a></td><td align="right">2024-02-03 10:20  </td><td align="right">  - </td></tr>
<tr><td valign="top"><a href="./01%20-%20Rain%20&amp;%20%3cSnow%3e%20%231%3f.mp3"><img src="/icons/sound2.gif"></a></td><td><a href="./01%20-%20Rain%20&amp;%20%3cSnow%3e%20%231%3f.mp3">01 - Rain</a></td><td align="right">2024-02-03 10:21  </td><td align="right">4.1M</td></tr>
<tr><td valign="top">&nbsp;</td><td><a href="a-song-whose-name-is-too-long-for-the-column-of-names.flac">a-song</a></td><td align="right">2024-02-03 10:22  </td><td align="right"> 12M</td></tr>
<tr><td valign="top">&nbsp;</td><td><a href="Front.JPG">Front.JPG</a></td><td align="right">2024-02-03 10:23  </td><td align="right"> 53K</td></tr>
<tr><td valign="top">&nbsp;</td><td><a href="notes.txt">notes.txt</a></td><td align="right">2024-02-03 10:24  </td><td align="right"> 12 </td></tr>
</table>
</body></html>
`

const lighttpd = `<!DOCTYPE html>
<html>
<head>
<title>Index of /music/</title>
<style type="text/css">a, a:active {text-decoration: none;}</style>
</head>
<body>
<h2>Index of /music/</h2>
<div class="list">
<table summary="Directory Listing" cellpadding="0" cellspacing="0">
<thead><tr><th class="n">Name</th><th class="m">Last Modified</th><th class="s">Size</th><th class="t">Type</th></tr></thead>
<tbody>
<tr class="d"><td class="n"><a href="../">..</a>/</td><td class="m">&nbsp;</td><td class="s">- &nbsp;</td><td class="t">Directory</td></tr>
<tr class="d"><td class="n"><a href="Live/">Live</a>/</td><td class="m">2024-Feb-03 10:20:00</td><td class="s">- &nbsp;</td><td class="t">Directory</td></tr>
<tr class="d"><td class="n"><a href="100%25%20Blue/">100% Blue</a>/</td><td class="m">2024-Feb-03 10:20:00</td><td class="s">- &nbsp;</td><td class="t">Directory</td></tr>
<tr><td class="n"><a href="01%20-%20Rain%20%26%20%3CSnow%3E%20%231%3F.mp3">01 - Rain &#x26; &#x3C;Snow&#x3E; #1?.mp3</a></td><td class="m">2024-Feb-03 10:21:00</td><td class="s">4.1M</td><td class="t">audio/mpeg</td></tr>
<tr><td class="n"><a href="a-song-whose-name-is-too-long-for-the-column-of-names.flac">a-song-whose-name-is-too-long-for-the-column-of-names.flac</a></td><td class="m">2024-Feb-03 10:22:00</td><td class="s">11.7M</td><td class="t">audio/flac</td></tr>
<tr><td class="n"><a href="Front.JPG">Front.JPG</a></td><td class="m">2024-Feb-03 10:23:00</td><td class="s">53.0K</td><td class="t">image/jpeg</td></tr>
<tr><td class="n"><a href="notes.txt">notes.txt</a></td><td class="m">2024-Feb-03 10:24:00</td><td class="s">0.1K</td><td class="t">text/plain</td></tr>
</tbody>
</table>
</div>
<div class="foot">lighttpd/1.4</div>
<script type="text/javascript">
// <!--
document.write("<a href=\"no.mp3\">");
// -->
</script>
</body>
</html>
`

const caddyHTML = `<!DOCTYPE html>
<html>
	<head>
		<title>music</title>
		<link rel="canonical" href="/music/"  />
	</head>
	<body onload="initPage()">
		<header><h1><a href="../">/</a><a href="">music</a>/</h1></header>
		<main>
			<a href="javascript:queryParam('layout', 'grid')" id="layout-grid" class='layout'>Grid</a>
			<table aria-describedby="summary">
				<thead><tr><th></th><th><a href="?sort=namedirfirst&order=desc" class="icon"></a><a href="?sort=name&order=desc">Name</a></th></tr></thead>
				<tbody>
					<tr><td></td><td><a href=".."><span class="go-up">Up</span></a></td></tr>
					<tr class="file"><td></td><td><a href="./Live/"><svg><path d="M9"></path></svg><span class="name">Live</span></a></td><td>&mdash;</td>
						<td class="timestamp"><time datetime="2024-02-03T10:20:00Z">02/03/2024 10:20:00 AM +00:00</time></td></tr>
					<tr class="file"><td></td><td><a href="./100%25%20Blue/"><svg></svg><span class="name">100% Blue</span></a></td><td>&mdash;</td></tr>
					<tr class="file"><td></td><td><a href="./01%20-%20Rain%20&amp;%20%3CSnow%3E%20%231%3F.mp3"><svg></svg><span class="name">01 - Rain &amp; &lt;Snow&gt; #1?.mp3</span></a></td>
						<td class="size" data-size="4321098"><div class="sizebar"><div class="sizebar-text">4.1 MiB</div></div></td></tr>
					<tr class="file"><td></td><td><a href="./a-song-whose-name-is-too-long-for-the-column-of-names.flac"><span class="name">a-song</span></a></td></tr>
					<tr class="file"><td></td><td><a href="./Front.JPG"><span class="name">Front.JPG</span></a></td></tr>
					<tr class="file"><td></td><td><a href="./notes.txt"><span class="name">notes.txt</span></a></td></tr>
				</tbody>
			</table>
		</main>
		<footer>Served with <a rel="noopener noreferrer" href="https://caddyserver.com">Caddy</a></footer>
	</body>
</html>
`
