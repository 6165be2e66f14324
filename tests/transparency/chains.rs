//! Checks that long chains of calls compile.
//!
//! If a generic function of ours called the body, it would be instantiated within itself for each
//! function of the chain. The compiler allows 128 such levels.

use autometrics::instrument_fn;

macro_rules! chain {
    ($($name:ident -> $next:ident,)*) => {
        $(
            #[instrument_fn]
            fn $name(n: u32) -> Result<u32, String> {
                $next(n.checked_add(1).ok_or("too large")?)
            }
        )*
    };
}

fn f200(n: u32) -> Result<u32, String> {
    if n == 200 { Ok(n) } else { Err(n.to_string()) }
}

#[rustfmt::skip]
chain! {
    f0 -> f1, f1 -> f2, f2 -> f3, f3 -> f4, f4 -> f5, f5 -> f6,
    f6 -> f7, f7 -> f8, f8 -> f9, f9 -> f10, f10 -> f11, f11 -> f12,
    f12 -> f13, f13 -> f14, f14 -> f15, f15 -> f16, f16 -> f17, f17 -> f18,
    f18 -> f19, f19 -> f20, f20 -> f21, f21 -> f22, f22 -> f23, f23 -> f24,
    f24 -> f25, f25 -> f26, f26 -> f27, f27 -> f28, f28 -> f29, f29 -> f30,
    f30 -> f31, f31 -> f32, f32 -> f33, f33 -> f34, f34 -> f35, f35 -> f36,
    f36 -> f37, f37 -> f38, f38 -> f39, f39 -> f40, f40 -> f41, f41 -> f42,
    f42 -> f43, f43 -> f44, f44 -> f45, f45 -> f46, f46 -> f47, f47 -> f48,
    f48 -> f49, f49 -> f50, f50 -> f51, f51 -> f52, f52 -> f53, f53 -> f54,
    f54 -> f55, f55 -> f56, f56 -> f57, f57 -> f58, f58 -> f59, f59 -> f60,
    f60 -> f61, f61 -> f62, f62 -> f63, f63 -> f64, f64 -> f65, f65 -> f66,
    f66 -> f67, f67 -> f68, f68 -> f69, f69 -> f70, f70 -> f71, f71 -> f72,
    f72 -> f73, f73 -> f74, f74 -> f75, f75 -> f76, f76 -> f77, f77 -> f78,
    f78 -> f79, f79 -> f80, f80 -> f81, f81 -> f82, f82 -> f83, f83 -> f84,
    f84 -> f85, f85 -> f86, f86 -> f87, f87 -> f88, f88 -> f89, f89 -> f90,
    f90 -> f91, f91 -> f92, f92 -> f93, f93 -> f94, f94 -> f95, f95 -> f96,
    f96 -> f97, f97 -> f98, f98 -> f99, f99 -> f100, f100 -> f101, f101 -> f102,
    f102 -> f103, f103 -> f104, f104 -> f105, f105 -> f106, f106 -> f107, f107 -> f108,
    f108 -> f109, f109 -> f110, f110 -> f111, f111 -> f112, f112 -> f113, f113 -> f114,
    f114 -> f115, f115 -> f116, f116 -> f117, f117 -> f118, f118 -> f119, f119 -> f120,
    f120 -> f121, f121 -> f122, f122 -> f123, f123 -> f124, f124 -> f125, f125 -> f126,
    f126 -> f127, f127 -> f128, f128 -> f129, f129 -> f130, f130 -> f131, f131 -> f132,
    f132 -> f133, f133 -> f134, f134 -> f135, f135 -> f136, f136 -> f137, f137 -> f138,
    f138 -> f139, f139 -> f140, f140 -> f141, f141 -> f142, f142 -> f143, f143 -> f144,
    f144 -> f145, f145 -> f146, f146 -> f147, f147 -> f148, f148 -> f149, f149 -> f150,
    f150 -> f151, f151 -> f152, f152 -> f153, f153 -> f154, f154 -> f155, f155 -> f156,
    f156 -> f157, f157 -> f158, f158 -> f159, f159 -> f160, f160 -> f161, f161 -> f162,
    f162 -> f163, f163 -> f164, f164 -> f165, f165 -> f166, f166 -> f167, f167 -> f168,
    f168 -> f169, f169 -> f170, f170 -> f171, f171 -> f172, f172 -> f173, f173 -> f174,
    f174 -> f175, f175 -> f176, f176 -> f177, f177 -> f178, f178 -> f179, f179 -> f180,
    f180 -> f181, f181 -> f182, f182 -> f183, f183 -> f184, f184 -> f185, f185 -> f186,
    f186 -> f187, f187 -> f188, f188 -> f189, f189 -> f190, f190 -> f191, f191 -> f192,
    f192 -> f193, f193 -> f194, f194 -> f195, f195 -> f196, f196 -> f197, f197 -> f198,
    f198 -> f199, f199 -> f200,
}

#[test]
fn chain_of_two_hundred_functions_compiles() {
    assert_eq!(f0(0), Ok(200));
}
