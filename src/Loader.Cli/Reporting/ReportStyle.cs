namespace Loader.Cli.Reporting;

/// <summary>The style of a page. Colours differ in lightness too, so that they differ without colour vision and in grey.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet. It contains neither <c>&lt;</c> nor an address.</summary>
    public const string Css =
        """

        :root{color-scheme:light dark;--bg:#f4f6f8;--card:#fff;--ink:#17202b;--soft:#566270;--line:#dde3ea;
        --full:#8db7d6;--part:#e8a317;--none:#c2410c;--both:#2a1140;--unk:#c3ccd6;--out:#eef1f4;--mean:#1f5f93;
        --e:#b3261e;--eb:#fde8e6;--w:#7a4a00;--wb:#fdf0d5;--i:#1f5f93;--ib:#e6f0f8;--o:#1b6b45;--ob:#e2f3ea;
        --written:#2f78ad;--superseded:#93a3b5;--duplicate:#8a63b0;--invalid:#c2410c;--rejected:#7f1d1d;--unsettled:#e8a317;
        --filtered:#ccd4dc}
        @media screen and (prefers-color-scheme:dark){:root{--bg:#10151b;--card:#181f27;--ink:#e7ecf2;--soft:#a4b0be;--line:#2c3641;
        --full:#3d6f96;--part:#f2b632;--none:#f0743e;--both:#f3d9ff;--unk:#4a5765;--out:#1f2731;--mean:#8cc4ee;
        --e:#ffa69e;--eb:#47201f;--w:#ffcf7a;--wb:#42310f;--i:#9fd0f5;--ib:#1b3245;--o:#8fdcb4;--ob:#173426;
        --written:#5aa5db;--superseded:#7d8b9a;--duplicate:#b893dd;--invalid:#f0743e;--rejected:#ffb4ab;--unsettled:#f2b632;
        --filtered:#45515e}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
        overflow-wrap:anywhere}
        header,main{max-width:84rem;margin:0 auto;padding:0 1.25rem}
        header{padding-top:2rem}
        h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .6rem;letter-spacing:-.015em}
        h2{font-size:1.15rem;margin:0 0 .75rem}
        h3{font-size:.95rem;margin:1.1rem 0 .4rem}
        p{margin:.4rem 0;max-width:100ch}
        .k{color:var(--soft);font-size:.85rem;margin:0}
        .v{border-left:.4rem solid var(--o);padding-left:1rem}
        .v.e{border-color:var(--e)}.v.w{border-color:var(--part)}.v.i{border-color:var(--i)}
        nav{margin:1.1rem 0 0;font-size:.9rem}
        nav a{color:var(--i);margin-right:1.1rem;display:inline-block;padding:.15rem 0}
        section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1.1rem 1.25rem 1.2rem;margin:1.1rem 0}
        .n{color:var(--soft);font-size:.88rem}
        .x{overflow-x:auto;margin:0 -1.25rem;padding:0 1.25rem}
        table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
        th,td{text-align:left;vertical-align:top;padding:.38rem 1rem .38rem 0;border-bottom:1px solid var(--line);unicode-bidi:plaintext;
        overflow-wrap:anywhere}
        thead th{color:var(--soft);font-weight:600;white-space:nowrap;vertical-align:bottom}
        tbody th{font-weight:600;min-width:10rem}.q tbody th{min-width:14rem}
        td:last-child,th:last-child{padding-right:0}
        .f td:first-child,.w{min-width:15rem}code{overflow-wrap:anywhere}
        tbody tr:last-child>*{border-bottom:0}
        td.r,th.r,.q td:nth-child(n+7):nth-child(-n+10),.q th:nth-child(n+7):nth-child(-n+10){text-align:right}
        .r,.t,.q td,.g td{white-space:nowrap}
        .g td:first-child{white-space:normal;min-width:11rem}
        code{font:.86em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
        b.e,b.w,b.i,b.o{font-size:.76rem;font-weight:650;padding:.1rem .5rem;border-radius:1rem;white-space:nowrap}
        b.e{color:var(--e);background:var(--eb)}b.w{color:var(--w);background:var(--wb)}b.i{color:var(--i);background:var(--ib)}
        b.o{color:var(--o);background:var(--ob)}
        tr.e>:first-child{color:var(--e)}tr.w>:first-child{color:var(--w)}tr.i>:first-child{color:var(--i)}
        b.e::before,tr.e>:first-child::before{content:"\25B2  "}b.w::before,tr.w>:first-child::before{content:"\25C6  "}
        b.i::before,tr.i>:first-child::before{content:"\25CF  "}b.o::before{content:"\2713  "}
        svg{display:block}
        .bar{width:100%;height:1.75rem;border-radius:.35rem;background:var(--out)}
        .leg{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,1fr));gap:.5rem 1.2rem;margin:.9rem 0;padding:0;
        list-style:none}
        .leg b{display:block;font-size:1.1rem;font-variant-numeric:tabular-nums}
        .leg .z b{color:var(--soft);font-weight:400}.leg span{font-size:.85rem;color:var(--soft)}
        .sw{display:inline-block;width:.75rem;height:.75rem;border-radius:.15rem;margin-right:.4rem;vertical-align:-.06rem;
        border:1px solid var(--soft)}
        .key{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin:.5rem 0 .9rem;padding:0;list-style:none;font-size:.85rem;
        color:var(--soft)}
        .written{fill:var(--written);background:var(--written)}.superseded{fill:var(--superseded);background:var(--superseded)}
        .duplicate{fill:var(--duplicate);background:var(--duplicate)}.invalid{fill:var(--invalid);background:var(--invalid)}
        .rejected{fill:var(--rejected);background:var(--rejected)}.unsettled{fill:var(--unsettled);background:var(--unsettled)}
        .filtered{fill:var(--filtered);background:var(--filtered)}
        .map{display:grid;grid-template-columns:minmax(7rem,15rem) minmax(0,1fr);column-gap:.8rem;font-size:.78rem;margin-bottom:.6rem}
        .map ol{list-style:none;margin:0;padding:0}
        .map li{height:16px;line-height:16px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
        .map svg{width:100%;background:var(--out)}
        .ax{position:relative;height:1.3rem;grid-column:2;color:var(--soft)}
        .ax span{position:absolute;white-space:nowrap;border-left:1px solid var(--soft);padding-left:.25rem}
        .map path{fill:none;stroke-width:.82}
        .map .gl{stroke:var(--card);stroke-width:1px;vector-effect:non-scaling-stroke}
        .c1{stroke:var(--full);background:var(--full)}.c2{stroke:var(--unk);background:var(--unk)}.c3{stroke:var(--none);
        background:var(--none)}
        .c4{stroke:var(--part);background:var(--part)}.c5{stroke:var(--both);background:var(--both)}.c0{background:var(--out)}
        .s{width:140px;height:32px}.q td,.q th{padding-right:.7rem}
        .s path{fill:none;vector-effect:non-scaling-stroke}
        .s .d{fill:var(--full);stroke:var(--full);stroke-width:.6px}.s .m{stroke:var(--mean);stroke-width:1.2px}
        .s .fe{stroke:var(--e)}.s .fw{stroke:var(--part)}.s .fi{stroke:var(--soft)}.s .fe,.s .fw,.s .fi{stroke-width:3px}
        details{margin-top:.7rem}summary{cursor:pointer;color:var(--i);font-size:.9rem}
        dl{display:grid;grid-template-columns:minmax(9rem,auto) minmax(0,1fr);gap:.35rem 1.2rem;margin:0;font-size:.9rem}
        dt{color:var(--soft)}dd{margin:0}
        ul.p{margin:.3rem 0;padding-left:1.2rem}
        a:focus-visible,summary:focus-visible{outline:2px solid var(--i);outline-offset:2px}
        @media(max-width:640px){body{font-size:14px}h1{font-size:1.45rem}header,main{padding:0 .8rem}header{padding-top:1.2rem}
        section{padding:.9rem .9rem 1rem}.x{margin:0 -.9rem;padding:0 .9rem}
        .map{grid-template-columns:7.5rem minmax(0,1fr);column-gap:.5rem}.ax span:nth-child(even){display:none}
        dl{grid-template-columns:minmax(0,1fr);gap:0}
        dd{margin-bottom:.5rem}}
        @media print{html{font-size:11px}body{background:#fff;font-size:10px}header,main{max-width:none;padding:0}nav{display:none}
        section{border-color:#bbb;padding:.6rem .8rem;margin:.6rem 0}h2,h3,tr,.bar,.leg li{break-inside:avoid}h2,h3{break-after:avoid}
        .x{overflow:visible}svg,.sw,b,header{print-color-adjust:exact;-webkit-print-color-adjust:exact}
        details::details-content{content-visibility:visible;height:auto}summary{display:none}
        th,td{padding-right:.45rem}.s{width:90px}.t,.q td,.g td{white-space:normal}.q tbody th,.f td:first-child,.w{min-width:7rem}}

        """;
}
